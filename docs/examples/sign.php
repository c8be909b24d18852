<?php
// Prints the data-signature of an order: TRENTE_KEY=… php sign.php SURVEY ORDER. docs/wire-format.md has the layout.
function trente_signature(string $key, string $survey, string $order): string {
    $order = preg_replace('/^[\s\x{200B}\x{FEFF}\x{2060}]+|[\s\x{200B}\x{FEFF}\x{2060}]+$/u', '', $order);
    [$key, $survey] = [hex2bin($key), hex2bin($survey)];
    $response = substr(hash_hmac('sha256', "trente1:rid$survey$order", $key, true), 0, 8);
    $epoch = pack('n', ((int) gmdate('Y') - 2024) * 12 + (int) gmdate('n') - 1);
    $tag = substr(hash_hmac('sha256', "trente1:tag$survey$response$epoch", $key, true), 0, 10);
    return rtrim(strtr(base64_encode($response . $epoch . $tag), '+/', '-_'), '=');
}

echo trente_signature(getenv('TRENTE_KEY'), $argv[1], $argv[2]), "\n";
