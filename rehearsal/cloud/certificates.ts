import { once } from 'node:events';
import type { Host } from '../namespace/host';

/** Certificates in PEM that an authority of the rehearsal's own has issued, for two days. */
export interface Certificates {
  readonly authority: string;
  /** With its key, for the name that clients connect to. */
  readonly server: string;
  /** With its key, for clients that have to present one. */
  readonly client: string;
}

const folder = '/tmp/certificates';

/** Those that AWS has and the template only names are not to be had. These are made on a host. */
export async function makeCertificates(host: Host, name: string): Promise<Certificates> {
  const maker = host.spawn(['sh', '-ec', certificatesScript(name)]);
  host.log.follow('openssl', maker.stderr!);
  const [code] = await once(maker, 'close');
  if (code !== 0) throw new Error(`openssl ended with ${code}: ${host.log.tail()}`);
  const read = (file: string) => host.read(`${folder}/${file}.pem`);
  return { authority: read('authority'), server: read('server'), client: read('client') };
}

/** Shell that makes them in files of their names. */
export const certificatesScript = (name: string): string => `
mkdir -p ${folder}
cd ${folder}
printf '[req]\ndistinguished_name = dn\n[dn]\n' > openssl.cnf
make() {
  who=$1; shift
  openssl req -config openssl.cnf -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -days 2 \
    -keyout $who.key -out $who.crt "$@"
}
issue() {
  make $1 -CA authority.pem -CAkey authority.key -subj "/CN=$2" \
    -addext basicConstraints=critical,CA:FALSE -addext authorityKeyIdentifier=keyid -addext "subjectAltName=DNS:$2"
  cat $1.crt $1.key > $1.pem
}
make authority -subj '/CN=The authority of a rehearsal' \
  -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign
cp authority.crt authority.pem
issue server '${name}'
issue client 'client.rehearsal'
`;
