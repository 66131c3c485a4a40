<?php
// Tries php-memcached: its protocol and the servers are the arguments. A line tells of each step; without the first
// three the others are not tried.
[, $protocol] = $argv;
$client = new Memcached();
$client->setOptions([
    Memcached::OPT_BINARY_PROTOCOL => $protocol === 'binary',
    Memcached::OPT_LIBKETAMA_COMPATIBLE => true,
    Memcached::OPT_CONNECT_TIMEOUT => 1000,
    Memcached::OPT_POLL_TIMEOUT => 1000,
]);
foreach (array_slice($argv, 2) as $server) {
    [$host, $port] = explode(':', $server);
    $client->addServer($host, (int) $port);
}
// So many keys that each of a few servers has some.
$keys = array_map(fn($i) => "php-$protocol-$i", range(0, 7));
$values = array_combine($keys, array_map(fn($key) => "$key stored", $keys));

function tell(string $step, callable $work): bool {
    global $client;
    $ok = $work();
    echo "$step: ", $ok ? 'ok' : $client->getResultMessage(), "\n";
    return $ok;
}

function all(callable $work): bool {
    global $keys;
    foreach ($keys as $key) {
        if (!$work($key)) return false;
    }
    return true;
}

$storeAll = fn() => all(fn($key) => $client->set($key, $values[$key]));
$getAll = fn() => all(fn($key) => $client->get($key) === $values[$key]);
$deleteAll = fn() => all(fn($key) => $client->delete($key)) && all(
    fn($key) => $client->get($key) === false && $client->getResultCode() === Memcached::RES_NOTFOUND
);
if (tell('set', $storeAll) && tell('get', $getAll) && tell('delete', $deleteAll)) {
    tell('get-multi', fn() => $storeAll() && $client->getMulti($keys) == $values);
    tell('incr', fn() => $client->set($keys[0], '5') && $client->increment($keys[0]) === 6);
}
