import { onStage } from './stage';
import { answersOf, firingsOf, librariesOf, startWithTls } from './tls-clients';

/** What clients get of a cluster whose endpoint speaks TLS, and what its canary makes of it. */
onStage(async (stage) => {
  const started = await startWithTls(stage);
  return {
    answers: await answersOf(started),
    libraries: await librariesOf(started),
    canary: await firingsOf(started.cloud),
  };
});
