// Follows the code of docs/connecting.md. Stores something again and again, but for a while when it is to be idle: a line for
// each operation.
[$quietFrom, $quietUntil, $end] = array_map('intval', explode(',', getenv('TIMES')));

function now(): int {
    return (int) (microtime(true) * 1000);
}

function stored(): bool {
    global $client;
    if (store()) return true;
    fprintf(STDERR, "%d %s\n", now(), $client->getResultMessage());
    return false;
}

while (now() < $end) {
    if (now() > $quietFrom) usleep(max(0, $quietUntil - now()) * 1000);
    [$start, $attempts, $well] = [now(), 1, stored()];
    for (; !$well && $attempts < 20; $attempts++) {
        usleep(100000);
        $well = stored();
    }
    echo "$start ", now(), " $attempts ", $well ? 'well' : 'failed', "\n";
    usleep(50000);
}
