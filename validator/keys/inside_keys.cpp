#include "pramana/keys/inside_keys.hpp"

#include "pramana/core/hex.hpp"
#include "pramana/crypto/aead.hpp"
#include "pramana/os/file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>

namespace pramana::keys {
namespace {

constexpr const char* kMakingLockName = "keys.lock";
constexpr std::string_view kMagic = "PRKS\x01";
constexpr std::size_t kFileBytesMax = std::size_t{16} * 1024;
constexpr std::size_t kNumberBytesMax = 16;

Result<SealingKey> sealing_key(const SealingRoot& root) {
    const Result<SecretBytes> secret = root.key();
    if (!secret) return secret.error();
    return SealingKey{
        hkdf_sha256(secret->expose(), {}, as_bytes_view("pramana:keys:sealing:1"), 32)};
}

Bytes bound_to(const SealingRoot& root) {
    Bytes out;
    append(out, "pramana:keys:file:1:");
    append(out, root.kind());
    return out;
}

Status make_directory(const std::filesystem::path& directory) {
    std::error_code failed;
    if (std::filesystem::exists(directory, failed)) return Done{};
    std::filesystem::create_directories(directory, failed);
    if (failed) return Error{Errc::kIo, "keys.directory.make"};
    std::filesystem::permissions(directory, std::filesystem::perms::owner_all, failed);
    if (failed) return Error{Errc::kIo, "keys.directory.mode"};
    return Done{};
}

Status write_sealed(const std::filesystem::path& file, const SealingRoot& root,
                    const KeyMaterial& material) {
    const Result<SealingKey> key = sealing_key(root);
    if (!key) return key.error();
    Bytes content;
    append(content, kMagic);
    append(content, key->seal(encode(material).expose(), bound_to(root)));
    return write_file_durably(file, content);
}

Result<KeyMaterial> read_sealed(ByteView content, const SealingRoot& root) {
    if (content.size() < kMagic.size() || as_text(content.first(kMagic.size())) != kMagic)
        return Error{Errc::kMalformedKey, "keys.inside.magic"};
    const Result<SealingKey> key = sealing_key(root);
    if (!key) return key.error();
    const Result<SecretBytes> opened = key->open(content.subspan(kMagic.size()), bound_to(root));
    if (!opened) return Error{Errc::kKeysForeign, "keys.inside.open"};
    return decode_key_material(*opened);
}

/// While it lives, no other process makes keys in this directory.
class MakingLock {
  public:
    explicit MakingLock(const std::filesystem::path& directory)
        : file_{::open((directory / kMakingLockName).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)} {
        if (file_ < 0) return;
        int locked = -1;
        do locked = ::flock(file_, LOCK_EX);
        while (locked != 0 && errno == EINTR);
        held_ = locked == 0;
    }
    MakingLock(const MakingLock&) = delete;
    MakingLock& operator=(const MakingLock&) = delete;
    ~MakingLock() {
        if (file_ >= 0) ::close(file_);
    }
    [[nodiscard]] bool held() const noexcept { return held_; }

  private:
    int file_;
    bool held_ = false;
};

/// Where keys that are replaced are kept; never over others.
std::filesystem::path aside_of(const std::filesystem::path& file, std::int64_t now_unix_s) {
    const std::string name = file.string() + ".before-" + std::to_string(now_unix_s);
    std::filesystem::path aside = name;
    for (unsigned next = 2; std::filesystem::exists(aside); ++next)
        aside = name + '-' + std::to_string(next);
    return aside;
}

Result<std::uint32_t> read_number(const std::filesystem::path& file) {
    const Result<Bytes> text = read_file(file, kNumberBytesMax);
    if (!text) return text.error();
    const std::string_view digits = as_text(*text);
    std::uint32_t value = 0;
    const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (failed != std::errc{} || std::string_view{end, digits.data() + digits.size()} != "\n")
        return Error{Errc::kMalformedKey, "keys.epoch.number"};
    return value;
}

}  // namespace

Result<SourceKeys> keys_from_inside(const std::filesystem::path& directory,
                                    const SealingRoot& root) {
    PRAMANA_TRY(make_directory(directory));
    const std::filesystem::path file = directory / kSealedKeysName;
    SourceKeys out;
    out.source = Source::kInside;
    Result<Bytes> content = read_file(file, kFileBytesMax);
    if (!content && content.error().code == Errc::kNotFound) {
        // A command beside the first start, or a second daemon, finds none either: of two that make
        // them one would go on with keys that the other's have replaced on disk.
        const MakingLock lock{directory};
        if (!lock.held()) return Error{Errc::kIo, "keys.inside.lock"};
        content = read_file(file, kFileBytesMax);
        if (!content && content.error().code == Errc::kNotFound) {
            out.material = new_key_material();
            PRAMANA_TRY(write_sealed(file, root, out.material));
            return out;
        }
    }
    if (!content) return content.error();
    Result<KeyMaterial> material = read_sealed(*content, root);
    if (!material) return material.error();
    out.material = *std::move(material);
    return out;
}

Result<SourceKeys> keys_for_one_boot(const std::filesystem::path& directory,
                                     std::uint32_t epoch_min) {
    PRAMANA_TRY(make_directory(directory));
    const std::filesystem::path file = directory / kBootEpochName;
    const Result<std::uint32_t> last = read_number(file);
    if (!last && last.error().code != Errc::kNotFound) return last.error();
    std::uint32_t epoch = epoch_min;
    if (last) epoch = std::max(epoch, *last + 1);
    PRAMANA_TRY(write_file_durably(file, as_bytes_view(std::to_string(epoch) + '\n')));
    SourceKeys out;
    out.source = Source::kInside;
    out.material = new_key_material();
    out.survive_restart = false;
    out.epochs = Epochs{.current = epoch};
    return out;
}

Status keep_inside(const std::filesystem::path& directory, const SealingRoot& root,
                   const KeyMaterial& material, std::int64_t now_unix_s) {
    PRAMANA_TRY(make_directory(directory));
    const std::filesystem::path file = directory / kSealedKeysName;
    const Result<Bytes> before = read_file(file, kFileBytesMax);
    if (before) {
        PRAMANA_TRY(write_file_durably(aside_of(file, now_unix_s), *before));
    } else if (before.error().code != Errc::kNotFound) {
        return before.error();
    }
    return write_sealed(file, root, material);
}

Status check_vault(const std::filesystem::path& directory, const SecretBytes& vault) {
    PRAMANA_TRY(make_directory(directory));
    const Hash32 value = hmac_sha256(vault.expose(), as_bytes_view("pramana:vault:check:1"));
    const std::string line = to_hex(value.view()) + '\n';
    const std::filesystem::path file = directory / kVaultCheckName;
    const Result<Bytes> found = read_file(file, 2 * Hash32::kSize + 1);
    if (found) {
        if (as_text(*found) == line) return Done{};
        return Error{Errc::kKeysForeign, "keys.vault.check"};
    }
    if (found.error().code != Errc::kNotFound) return found.error();
    return write_file_durably(file, as_bytes_view(line));
}

}  // namespace pramana::keys
