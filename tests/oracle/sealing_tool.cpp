// sealing_tool COMMAND: our sealing as a filter from stdin to stdout, so that other programs can be
// compared with it. Test keys only. A refusal prints its name and site and exits 1.

#include "legacy_rsa.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/os/file.hpp"
#include "pramana/sealing/envelope.hpp"
#include "pramana/sealing/openpgp.hpp"

#include <iostream>
#include <iterator>
#include <string>

namespace {

using namespace pramana;

constexpr int kUsage = 64;

int refuse(const Error& error) {
    std::cerr << name_of(error.code) << ' ' << error.site << '\n';
    return 1;
}

int print(const Result<Bytes>& bytes) {
    if (!bytes) return refuse(bytes.error());
    std::cout << as_text(*bytes);
    return 0;
}

int print(const Result<SecretBytes>& bytes) {
    if (!bytes) return refuse(bytes.error());
    std::cout << as_text(bytes->expose());
    return 0;
}

/// Verifies an envelope and prints what it holds, one line each.
int open_envelope(std::string_view key_hex, ByteView json) {
    const Result<sealing::Envelope> envelope = sealing::parse_envelope(json);
    if (!envelope) return refuse(envelope.error());
    const Status signer = sealing::verify_intent(envelope->intent, envelope->intent_signature);
    if (!signer) return refuse(signer.error());
    const Result<SigningKey> validator =
        SigningKey::from_bytes(SecretBytes::copy_of(from_hex(key_hex).value_or(Bytes{})));
    if (!validator) return refuse(validator.error());
    const Result<sealing::FileKeyBundle> bundle =
        sealing::open_file_key(*validator, envelope->intent, envelope->sealed_key);
    if (!bundle) return refuse(bundle.error());
    const sealing::Intent& intent = envelope->intent;
    const Status owner = sealing::check_file_key_owner(bundle->file_key.expose(), intent.wallet);
    if (!owner) return refuse(owner.error());
    std::cout << as_text(bundle->file_key.expose()) << '\n'
              << to_hex(sealing::contribution_id(intent.wallet, intent.sealed_sha256).view())
              << '\n'
              << (bundle->permission ? to_hex(bundle->permission->iv) : "none") << '\n'
              << (sealing::write_envelope(*envelope) == as_text(json) ? "canonical" : "other")
              << '\n';
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    std::ios::sync_with_stdio(false);
    const std::string input{std::istreambuf_iterator<char>{std::cin}, {}};
    const ByteView in = as_bytes_view(input);
    const std::string_view command = argc > 1 ? argv[1] : "";
    if (command == "seal" && argc == 4) {
        const auto count = static_cast<std::uint8_t>(std::stoi(argv[3]));
        return print(sealing::seal_message(in, as_bytes_view(argv[2]), {count, 0}));
    }
    if (command == "open" && argc == 3)
        return print(sealing::open_message(in, as_bytes_view(argv[2]), sealing::OpenLimits{}));
    if (command == "envelope" && argc == 3) return open_envelope(argv[2], in);
    if ((command == "wrapped" || command == "oaep") && argc == 3) {
        const Result<SecretBytes> key = read_secret_file(argv[2], 65'536);
        if (!key) return refuse(key.error());
        return print(command == "oaep" ? sealing::open_oaep_secret(key->expose(), in)
                                       : sealing::open_wrapped_key(key->expose(), in));
    }
    std::cerr << "usage: sealing_tool seal PASSWORD COUNT_BYTE | open PASSWORD | envelope KEY |\n"
                 "                    wrapped KEY_FILE | oaep PEM_FILE\n";
    return kUsage;
}
