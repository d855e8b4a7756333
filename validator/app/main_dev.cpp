// pramana-dev: the same program with software evidence, for local test chains only.
#include "key_sources.hpp"
#include "pramana/crypto/aead.hpp"
#include "pramana/evidence/software_provider.hpp"
#include "pramana/keys/inside_keys.hpp"
#include "pramana/os/file.hpp"
#include "pramana/os/secret_hex.hpp"

namespace {

using namespace pramana;

constexpr std::size_t kKeyFileBytesMax = 256;

Status check_environment() { return Done{}; }

/// 64 hex characters, with or without 0x and a line end.
Result<SecretBytes> read_key_file(const std::filesystem::path& path) {
    const Result<SecretBytes> text = read_secret_file(path, kKeyFileBytesMax);
    if (!text) return text.error();
    std::span<const std::uint8_t> digits = text->expose();
    while (!digits.empty() &&
           (digits.back() == '\n' || digits.back() == '\r' || digits.back() == ' '))
        digits = digits.first(digits.size() - 1);
    if (as_text(digits).starts_with("0x")) digits = digits.subspan(2);
    Result<SecretBytes> key = secret_from_hex(digits);
    if (!key || key->size() != 32) return Error{Errc::kMalformedKey, "app.dev.key_file"};
    return key;
}

SecretBytes drawn(const SecretBytes& seed, const std::string& label) {
    return hkdf_sha256(seed.expose(), {}, as_bytes_view(label), 32);
}

/// Key 0 is the file's own, so that a wallet can show it; all others are derived.
keys::EpochSecrets epoch_of(const SecretBytes& seed, std::uint32_t epoch) {
    const std::string number = ' ' + std::to_string(epoch);
    return {.epoch = epoch,
            .signing = epoch == 0 ? SecretBytes::copy_of(seed.expose())
                                  : drawn(seed, "pramana-dev signing" + number),
            .encryption = drawn(seed, "pramana-dev encryption" + number),
            .tls = drawn(seed, "pramana-dev tls" + number)};
}

/// In the platform's place: a secret of the key file.
class FileRoot final : public keys::SealingRoot {
  public:
    explicit FileRoot(SecretBytes key) : key_{std::move(key)} {}
    [[nodiscard]] std::string_view kind() const noexcept override { return "development"; }
    [[nodiscard]] Result<SecretBytes> key() const override {
        return SecretBytes::copy_of(key_.expose());
    }

  private:
    SecretBytes key_;
};

Result<std::unique_ptr<keys::SealingRoot>> sealing_root(const config::Config& config) {
    PRAMANA_CHECK(config.development.has_value());
    if (config.keys.for_one_boot) return std::unique_ptr<keys::SealingRoot>{};
    const Result<SecretBytes> seed = read_key_file(config.development->key_file);
    if (!seed) return seed.error();
    return std::unique_ptr<keys::SealingRoot>{
        std::make_unique<FileRoot>(drawn(*seed, "pramana-dev sealing 1"))};
}

Result<keys::SourceKeys> source_keys(const config::Config& config) {
    PRAMANA_CHECK(config.development.has_value());
    if (config.keys.source == config::KeySource::kInside) {
        const Result<std::unique_ptr<keys::SealingRoot>> root = sealing_root(config);
        if (!root) return root.error();
        if (*root == nullptr) return keys::keys_for_one_boot(config.data_dir, config.keys.current);
        return keys::keys_from_inside(config.data_dir, **root);
    }
    const Result<SecretBytes> seed = read_key_file(config.development->key_file);
    if (!seed) return seed.error();
    keys::SourceKeys out;
    out.source = keys::Source::kFile;
    out.material.vault = drawn(*seed, "pramana-dev vault 1");
    out.material.listed.push_back(epoch_of(*seed, config.keys.current));
    if (config.keys.previous) out.material.listed.push_back(epoch_of(*seed, *config.keys.previous));
    return out;
}

constexpr app::KeyPlatform kKeys{
    .domain = "pramana-dev", .source_keys = source_keys, .sealing_root = sealing_root};

Result<app::Identity> open_identity(const config::Config& config) {
    Result<app::Identity> identity = app::open_keys(config, kKeys);
    if (!identity) return identity.error();
    Result<std::unique_ptr<evidence::EvidenceProvider>> evidence =
        evidence::make_software_provider(*identity->signing, config.chain.chain_id);
    if (!evidence) return evidence.error();
    identity->evidence = *std::move(evidence);
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
        .keys = kKeys,
        .open_identity = open_identity};
    return app::run_program(argc, argv, platform);
}
