<?php
// SPDX-License-Identifier: ISC
// What PHP's sodium functions say, as JSON: results that must not depend on the library, and rates in operations a second.
$seed = str_repeat("s", 32);
$pair = sodium_crypto_sign_seed_keypair($seed);
$secret = sodium_crypto_sign_secretkey($pair);
$public = sodium_crypto_sign_publickey($pair);
$box = sodium_crypto_box_seed_keypair(str_repeat("b", 32));
$key = str_repeat("k", 32);
$nonce = str_repeat("n", 24);
$same = [];
foreach ([0, 1, 64, 1000, 16384] as $n) {
    $text = str_repeat("t", $n);
    $signature = sodium_crypto_sign_detached($text, $secret);
    $bad = $signature;
    $bad[5] = chr(ord($bad[5]) ^ 1);
    $sealed = sodium_crypto_box_seal($text, sodium_crypto_box_publickey($box));
    $forged = $sealed;
    $forged[40] = chr(ord($forged[40]) ^ 1);
    $same[] = [
        bin2hex($signature),
        sodium_crypto_sign_verify_detached($signature, $text, $public),
        sodium_crypto_sign_verify_detached($bad, $text, $public),
        md5(sodium_crypto_sign($text, $secret)),
        sodium_crypto_sign_open(sodium_crypto_sign($text, $secret), $public) === $text,
        md5(sodium_crypto_secretbox($text, $nonce, $key)),
        sodium_crypto_secretbox_open(sodium_crypto_secretbox($text, $nonce, $key), $nonce, $key) === $text,
        sodium_crypto_secretbox_open(str_repeat("x", $n + 16), $nonce, $key),
        md5(sodium_crypto_box($text, $nonce, $box)),
        sodium_crypto_box_open(sodium_crypto_box($text, $nonce, $box), $nonce, $box) === $text,
        sodium_crypto_box_seal_open($sealed, $box) === $text,
        sodium_crypto_box_seal_open($forged, $box),
        md5(sodium_crypto_aead_chacha20poly1305_ietf_encrypt($text, "ad", substr($nonce, 0, 12), $key)),
        md5(sodium_crypto_aead_xchacha20poly1305_ietf_encrypt($text, "ad", $nonce, $key)),
        sodium_crypto_aead_xchacha20poly1305_ietf_decrypt(str_repeat("x", $n + 16), "ad", $nonce, $key),
        bin2hex(sodium_crypto_auth($text, $key)),
        sodium_crypto_auth_verify(sodium_crypto_auth($text, $key), $text, $key),
        bin2hex(sodium_crypto_generichash($text)),
    ];
}
$same[] = bin2hex(sodium_crypto_scalarmult($key, sodium_crypto_scalarmult_base($seed)));
$same[] = bin2hex(sodium_crypto_sign_ed25519_pk_to_curve25519($public));
$kx = sodium_crypto_kx_seed_keypair($seed);
$same[] = array_map("bin2hex", sodium_crypto_kx_client_session_keys($kx, sodium_crypto_box_publickey($box)));

$rates = [];
if ($argv[1] === "bench") {
    $rate = function (callable $work, float $seconds = 0.25): float {
        $work();
        $count = 0;
        $begin = hrtime(true);
        do {
            for ($i = 0; $i < 16; $i++) {
                $work();
            }
            $count += 16;
            $elapsed = (hrtime(true) - $begin) / 1e9;
        } while ($elapsed < $seconds);
        return $count / $elapsed;
    };
    $text = str_repeat("t", 200);
    $long = str_repeat("t", 16384);
    $signature = sodium_crypto_sign_detached($text, $secret);
    $sealed = sodium_crypto_box_seal($text, sodium_crypto_box_publickey($box));
    $short = substr($nonce, 0, 12);
    $rates = [
        "sodium_crypto_sign_verify_detached" => $rate(fn() => sodium_crypto_sign_verify_detached($signature, $text, $public)),
        "sodium_crypto_sign_detached" => $rate(fn() => sodium_crypto_sign_detached($text, $secret)),
        "sodium_crypto_box_seal" => $rate(fn() => sodium_crypto_box_seal($text, sodium_crypto_box_publickey($box))),
        "sodium_crypto_box_seal_open" => $rate(fn() => sodium_crypto_box_seal_open($sealed, $box)),
        "chacha20poly1305_ietf 16 KiB" => $rate(fn() => sodium_crypto_aead_chacha20poly1305_ietf_encrypt($long, "", $short, $key)),
        "chacha20poly1305_ietf 200 B" => $rate(fn() => sodium_crypto_aead_chacha20poly1305_ietf_encrypt($text, "", $short, $key)),
        "secretbox 200 B" => $rate(fn() => sodium_crypto_secretbox($text, $nonce, $key)),
        "auth 200 B" => $rate(fn() => sodium_crypto_auth($text, $key)),
    ];
}
echo json_encode(["same" => $same, "rates" => (object) $rates]);
