// pramana-dev: the same program with software evidence, for local test chains only.
#include "platform.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/crypto/aead.hpp"
#include "pramana/evidence/software_provider.hpp"
#include "pramana/os/file.hpp"

namespace {

using namespace pramana;

constexpr std::size_t kKeyFileBytesMax = 256;

Status check_environment() { return Done{}; }

/// 64 hex characters, with or without 0x and a line end.
Result<SecretBytes> read_key_file(const std::filesystem::path& path) {
    Result<SecretBytes> text = read_secret_file(path, kKeyFileBytesMax);
    if (!text) return text.error();
    std::string_view digits = as_text(text->expose());
    while (!digits.empty() &&
           (digits.back() == '\n' || digits.back() == '\r' || digits.back() == ' '))
        digits.remove_suffix(1);
    Result<Bytes> raw = from_hex(digits);
    if (!raw || raw->size() != 32) return Error{Errc::kMalformedKey, "app.dev.key_file"};
    SecretBytes key = SecretBytes::copy_of(*raw);
    wipe(*raw);
    return key;
}

/// Key 0 is the file's own, so that a wallet can show it; the others are derived.
Result<std::unique_ptr<SigningKey>> signing_key(const SecretBytes& seed, std::uint32_t index) {
    const std::string label = "pramana-dev signing " + std::to_string(index);
    SecretBytes raw = index == 0 ? SecretBytes::copy_of(seed.expose())
                                 : hkdf_sha256(seed.expose(), {}, as_bytes_view(label), 32);
    Result<SigningKey> key = SigningKey::from_bytes(std::move(raw));
    if (!key) return key.error();
    return std::make_unique<SigningKey>(*std::move(key));
}

Result<app::Identity> open_identity(const config::Config& config) {
    PRAMANA_CHECK(config.development.has_value());
    Result<SecretBytes> seed = read_key_file(config.development->key_file);
    if (!seed) return seed.error();
    app::Identity identity;
    identity.vault_key = hkdf_sha256(seed->expose(), {}, as_bytes_view("pramana-dev vault 1"), 32);
    Result<std::unique_ptr<SigningKey>> key = signing_key(*seed, config.keys.current);
    if (!key) return key.error();
    identity.signing = *std::move(key);
    if (config.keys.previous) {
        key = signing_key(*seed, *config.keys.previous);
        if (!key) return key.error();
        identity.previous = *std::move(key);
    }
    Result<std::unique_ptr<evidence::EvidenceProvider>> evidence =
        evidence::make_software_provider(*identity.signing, config.chain.chain_id);
    if (!evidence) return evidence.error();
    identity.evidence = *std::move(evidence);
    return identity;
}

}  // namespace

int main(int argc, char** argv) {
    const app::Platform platform{
        .program = "pramana-dev",
        .what = "pramana with software evidence, which proves nothing: for local test chains.",
        .profile = config::Profile::kDevelopment,
        .memory_lock_required = false,
        .check_environment = check_environment,
        .open_identity = open_identity};
    return app::run_program(argc, argv, platform);
}
