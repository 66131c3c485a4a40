import { createServer, type IncomingMessage } from 'node:http';

export const instanceMetadataAddress = '169.254.169.254';
export const taskMetadataAddress = '169.254.170.2';

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

export interface Response {
  readonly status: number;
  readonly body: string;
  readonly headers?: Record<string, string>;
}

export type Handler = (request: Request) => Promise<Response> | Response;

/** The link-local services of AWS. A host is told by the address it calls from, as on AWS. */
export class MetadataServer {
  private readonly handlers = new Map<string, Handler>();

  async start(): Promise<void> {
    const server = createServer((request, response) => {
      const from = request.socket.remoteAddress?.replace('::ffff:', '') ?? '';
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', async () => {
        const { status, body, headers } = await this.answer(from, {
          method: request.method ?? 'GET',
          path: request.url ?? '/',
          headers: request.headers,
          body: Buffer.concat(chunks),
        });
        response.writeHead(status, headers).end(body);
      });
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(80, '0.0.0.0', resolve);
    });
    server.unref();
  }

  serve(address: string, handler: Handler): void {
    this.handlers.set(address, handler);
  }

  forget(address: string): void {
    this.handlers.delete(address);
  }

  private async answer(from: string, request: Request): Promise<Response> {
    const handler = this.handlers.get(from);
    if (!handler) return { status: 404, body: `no host of the rehearsal has the address ${from}` };
    try {
      return await handler(request);
    } catch (error) {
      return { status: 500, body: String(error) };
    }
  }
}
