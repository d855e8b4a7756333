#include "key_sources.hpp"
#include "keys.hpp"
#include "keys_access.hpp"
#include "options.hpp"
#include "pramana/chain/address.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/crypto/aead.hpp"
#include "pramana/keys/inside_keys.hpp"
#include "pramana/keys/key_backup.hpp"
#include "pramana/os/clock.hpp"
#include "pramana/os/file.hpp"
#include "pramana/os/log.hpp"
#include "wallet.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace pramana::app {
namespace {

constexpr std::size_t kBackupBytesMax = std::size_t{64} * 1024;

constexpr Option kExportOptions[] = {
    {"config", "FILE", "the validator's configuration", true},
    {"sealed", "", "required: keys leave the enclave in no other way", true},
    {"to", "0x...", "compressed public key of the recipient, one of keys.backup_recipients", true},
    {"out", "FILE", "where the backup goes; not overwritten", true},
};
constexpr Command kExport{
    .name = "keys export",
    .summary = "Writes a backup of the keys, sealed to one recipient.",
    .operands = "",
    .operands_min = 0,
    .operands_max = 0,
    .options = kExportOptions,
    .more =
        "Whoever has the recipient's private key has the validator's. So the configuration has "
        "to list\n"
        "the recipient, and the statement that clients read lists it too. Recipients are: the "
        "encryption\n"
        "key of another enclave of yours (`keys show` there: \"opens for\"), or a recovery key "
        "that is\n"
        "kept offline. Exit: 0, 64 usage, 69 no TEE, 73 the file exists, 78 not a listed "
        "recipient.\n",
};

constexpr Option kImportOptions[] = {
    {"config", "FILE", "the validator's configuration; keys.source is inside", true},
    {"key-file", "FILE",
     "the recipient's private key, 64 hex digits; otherwise this enclave's own "
     "encryption key opens the backup"},
    {"address", "0x...", "refuse a backup of another signing address"},
};
constexpr Command kImport{
    .name = "keys import",
    .summary = "Reads a backup back and keeps its keys sealed to this platform.",
    .operands = "BACKUP",
    .operands_min = 1,
    .operands_max = 1,
    .options = kImportOptions,
    .more =
        "The validator must be stopped. Keys that were here are kept beside, sealed. From then "
        "on the\n"
        "statement says that the keys were imported. Exit: 0, 64 usage, 65 not this backup, 69 "
        "no TEE,\n"
        "73 the validator is running, 78 configuration or keys.\n",
};

constexpr int kExitCannotCreate = 73;

Failure with_exit(Failure failure, int code) {
    failure.exit_code = code;
    return failure;
}

/// The material of the source, complete: epochs that only the platform derives are listed.
Outcome<keys::SourceKeys> source_of(const config::Config& config, const Platform& platform) {
    if (config.keys.source == config::KeySource::kInside && config.keys.for_one_boot)
        return failure_of(Errc::kKeysNotKept,
                          "Keys for one boot are not kept, so that there is "
                          "nothing to back up.",
                          "Use a platform that keeps keys: docs/keys.md \"Sources\".");
    Result<keys::SourceKeys> source = platform.keys.source_keys(config);
    if (!source) return failure_of(source.error(), "the validator's keys");
    if (source->material.seed.empty()) {  // epochs to come are drawn from a seed of the backup's
        source->material.seed = SecretBytes{32};
        random_bytes(source->material.seed.expose_mutable());
    }
    return *std::move(source);
}

Outcome<PublicKey> recipient_of(const std::string& text, const config::Keys& keys) {
    const Result<Bytes> raw = from_hex(text);
    const Result<PublicKey> point = raw ? parse_public_key(*raw) : raw.error();
    if (!point)
        return failure_of(Errc::kMalformedKey, "--to is no public key.",
                          "Give 02 or 03 and 64 hex digits, as keys.backup_recipients has it.");
    const Bytes wanted = compressed_key(*point);
    if (std::ranges::find(keys.backup_recipients, wanted) == keys.backup_recipients.end())
        return with_exit(
            failure_of(Errc::kUnauthorized, to_hex0x(wanted) + " is not in keys.backup_recipients.",
                       "Whoever reads the statement has to see who could get the keys: list it in "
                       "the configuration, restart the validator, then export."),
            exit_code_of(Errc::kConfigInvalid));
    return *point;
}

std::optional<Failure> write_new(const std::string& path, const std::string& text) {
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0)
        return with_exit(failure_of(Errc::kConflict,
                                    path + " cannot be made: it exists, or its "
                                           "folder does not.",
                                    "Name another file."),
                         kExitCannotCreate);
    ::close(file);
    const Status written = write_file_durably(path, as_bytes_view(text));
    if (written) return std::nullopt;
    ::unlink(path.c_str());  // the place that was kept for it, so that the next try finds it free
    return failure_of(written.error(), path);
}

int do_export(const config::Config& config, const Platform& platform, const std::string& to,
              const std::string& out) {
    Outcome<PublicKey> recipient = recipient_of(to, config.keys);
    if (!recipient) return print_failure(recipient.failure());
    Outcome<keys::SourceKeys> source = source_of(config, platform);
    if (!source) return print_failure(source.failure());
    const Result<keys::Keyring> ring =
        keys::make_keyring(*source, epochs_of(config.keys), platform.keys.domain);
    if (!ring) return print_failure(failure_of(ring.error(), "the validator's keys"));
    const keys::PublicIdentity& current = ring->public_keys.current;
    const std::string text =
        keys::seal_backup(source->material, {.recipient = *recipient,
                                             .signing_address = current.signing_address,
                                             .epoch = current.epoch,
                                             .chain_id = config.chain.chain_id,
                                             .made_unix_s = SystemClock{}.unix_s(),
                                             .domain = std::string{platform.keys.domain}});
    if (const std::optional<Failure> failed = write_new(out, text)) return print_failure(*failed);
    std::printf(
        "%s: keys of %s, epoch %u, sealed to %s\n"
        "  next: keep the recipient's private key apart from it; `keys import` reads it "
        "back\n",
        out.c_str(), chain::to_checksum(current.signing_address).c_str(), current.epoch,
        to_hex0x(compressed_key(*recipient)).c_str());
    return kExitOk;
}

/// Holds the data directory's lock, as the validator does.
class DirectoryLock {
  public:
    explicit DirectoryLock(const std::filesystem::path& directory)
        : file_{::open((directory / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)} {
        held_ = file_ >= 0 && ::flock(file_, LOCK_EX | LOCK_NB) == 0;
    }
    DirectoryLock(const DirectoryLock&) = delete;
    DirectoryLock& operator=(const DirectoryLock&) = delete;
    ~DirectoryLock() {
        if (file_ >= 0) ::close(file_);
    }
    [[nodiscard]] bool held() const noexcept { return held_; }

  private:
    int file_;
    bool held_ = false;
};

Outcome<keys::KeyMaterial> open_with(const std::string& text, const SigningKey& recipient,
                                     const Platform& platform, const std::string& name) {
    Result<keys::KeyMaterial> material = keys::open_backup(text, recipient, platform.keys.domain);
    if (material) return *std::move(material);
    Failure failure = failure_of(material.error(), name);
    switch (material.error().code) {
        case Errc::kKeyNotForUs:
            failure.sentence = "The backup is sealed to another key than " +
                               to_hex0x(compressed_key(recipient.public_key())) + '.';
            failure.next_step =
                "Give the recipient's private key with --key-file, or import where "
                "that key is.";
            break;
        case Errc::kMalformedKey:
            failure.sentence = "This is no backup of keys, or a part of one.";
            failure.next_step = "Give the file that `keys export` wrote.";
            break;
        case Errc::kKeysForeign:
            failure.sentence =
                "The backup is of the other program, pramana or pramana-dev, or its "
                "keys are not the ones on its label.";
            failure.next_step = "Nothing was changed. Development keys never become production's.";
            break;
        default: break;
    }
    failure.exit_code = exit_code_of(Errc::kMalformedMessage);
    return failure;
}

Outcome<keys::KeyMaterial> opened_backup(const Arguments& arguments, const config::Config& config,
                                         const Platform& platform) {
    const std::string name = arguments.operands().front();
    const Result<Bytes> raw = read_file(name, kBackupBytesMax);
    if (!raw) return failure_of_file(raw.error(), name);
    const std::string text{as_text(*raw)};
    if (const std::optional<std::string> file = arguments.text("key-file")) {
        Outcome<SigningKey> recipient = load_wallet(*file, [](const std::string& warning) {
            std::fprintf(stderr, "%s\n", warning.c_str());
        });
        if (!recipient) return recipient.failure();
        return open_with(text, *recipient, platform, name);
    }
    Outcome<Identity> identity = open_keys_for_person(config, platform);
    if (!identity) return identity.failure();
    return open_with(text, *identity->encryption, platform, name);
}

std::optional<Failure> keep(const config::Config& config, const Platform& platform,
                            keys::KeyMaterial& material) {
    const Result<std::unique_ptr<keys::SealingRoot>> root = platform.keys.sealing_root(config);
    if (!root) return failure_of(root.error(), "the platform");
    if (*root == nullptr) return failure_of(Error{Errc::kKeysNotKept, "app.keys.import"});
    std::error_code ignored;
    std::filesystem::create_directories(config.data_dir, ignored);
    const DirectoryLock lock{config.data_dir};
    if (!lock.held())
        return with_exit(failure_of(Error{Errc::kStoreLocked, "app.keys.import"},
                                    "data_dir " + config.data_dir.string()),
                         kExitCannotCreate);
    const std::string place = "data_dir " + config.data_dir.string();
    std::error_code unseen;
    const bool unused = !std::filesystem::exists(config.data_dir / "db", unseen);
    if (unseen) return failure_of(Error{Errc::kIo, "app.keys.import"}, place);
    // The check of an unused directory goes first and comes last: cut off anywhere in between, the
    // keys that lie there are its own.
    const auto check = [&] { return keys::check_vault(config.data_dir, material.vault); };
    if (unused)
        std::filesystem::remove(config.data_dir / keys::kVaultCheckName, ignored);
    else if (const Status ours = check(); !ours)
        return failure_of(ours.error(), place);
    material.imported = true;
    const Status kept =
        keys::keep_inside(config.data_dir, **root, material, SystemClock{}.unix_s());
    if (!kept) return failure_of(kept.error(), place);
    if (const Status ours = check(); !ours) return failure_of(ours.error(), place);
    return std::nullopt;
}

int do_import(const Arguments& arguments, const config::Config& config, const Platform& platform) {
    if (config.keys.source != config::KeySource::kInside)
        return print_failure(failure_of(
            Errc::kConfigInvalid, "Imported keys are kept inside, and keys.source is not inside.",
            "Set keys.source to inside: keys that dstack issues or a file holds are not "
            "replaced."));
    Outcome<keys::KeyMaterial> material = opened_backup(arguments, config, platform);
    if (!material) return print_failure(material.failure());
    const Bytes raw = *read_file(arguments.operands().front(), kBackupBytesMax);
    const keys::BackupLabel label = *keys::read_backup_label(as_text(raw));
    const std::string address = chain::to_checksum(label.signing_address);
    if (const std::optional<std::string> wanted = arguments.text("address")) {
        const Result<Address> read = chain::parse_address(*wanted);
        if (!read || *read != label.signing_address)
            return print_failure(with_exit(
                failure_of(Errc::kConflict, "The backup is of " + address + ", not of --address.",
                           "Give the backup that you mean; nothing was changed."),
                exit_code_of(Errc::kMalformedMessage)));
    }
    if (label.chain_id != config.chain.chain_id)
        std::fprintf(stderr, "warning: the backup was made on chain %llu\n",
                     static_cast<unsigned long long>(label.chain_id));
    if (const std::optional<Failure> failed = keep(config, platform, *material))
        return print_failure(*failed);
    std::printf("imported: %s is the signing address of epoch %u\n", address.c_str(), label.epoch);
    if (label.epoch != config.keys.current)
        std::printf("  next: set keys.current to %u, as it was where the backup was made\n",
                    label.epoch);
    std::printf(
        "  next: stop the validator that it came from for good before this one starts: two "
        "with one\n        key spend each other's nonces\n");
    return kExitOk;
}

}  // namespace

int run_keys_export(std::span<const std::string_view> args, const Platform& platform) {
    const Parsed parsed = parse_arguments(kExport, args);
    if (!parsed.arguments) return usage_error(kExport, parsed.problem);
    const Arguments& arguments = *parsed.arguments;
    log::configure(log::Level::kError, log::default_format());
    Outcome<config::Config> config = read_validator_config(*arguments.text("config"), platform);
    if (!config) return print_failure(config.failure());
    return do_export(*config, platform, *arguments.text("to"), *arguments.text("out"));
}

int run_keys_import(std::span<const std::string_view> args, const Platform& platform) {
    const Parsed parsed = parse_arguments(kImport, args);
    if (!parsed.arguments) return usage_error(kImport, parsed.problem);
    log::configure(log::Level::kError, log::default_format());
    Outcome<config::Config> config =
        read_validator_config(*parsed.arguments->text("config"), platform);
    if (!config) return print_failure(config.failure());
    return do_import(*parsed.arguments, *config, platform);
}

std::string help_keys_export() { return help_of(kExport); }
std::string help_keys_import() { return help_of(kImport); }

}  // namespace pramana::app
