#include "blob_files.hpp"

#include "pramana/core/hex.hpp"
#include "pramana/core/sha256.hpp"
#include "pramana/os/file.hpp"

#include <sys/statvfs.h>

#include <system_error>

namespace pramana::store {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kNameSize = 2 * Hash32::kSize;

Hash32 sha256_of(ByteView bytes) {
    Sha256 hash;
    hash.update(bytes);
    return hash.finish();
}

/// Calls visit(entry, name) for the regular files of all 256 directories. Errors: kIo.
template <class Visit>
Status for_each_file(const fs::path& directory, Visit visit) {
    std::error_code failed;
    for (fs::recursive_directory_iterator at{directory, failed}, end; !failed && at != end;
         at.increment(failed)) {
        if (at->is_regular_file(failed) && !failed) visit(*at, at->path().filename().string());
    }
    if (failed) return Error{Errc::kIo, "store.blob.scan"};
    return Done{};
}

}  // namespace

Result<std::unique_ptr<BlobFiles>> BlobFiles::open(const fs::path& directory,
                                                   const StoreOptions& options) {
    std::error_code failed;
    for (unsigned first = 0; first < 256 && !failed; ++first) {
        const auto byte = static_cast<std::uint8_t>(first);
        fs::create_directories(directory / to_hex(ByteView{&byte, 1}), failed);
    }
    if (failed) return Error{Errc::kIo, "store.blob.directory"};
    std::unique_ptr<BlobFiles> blobs{new BlobFiles{directory, options}};
    std::uint64_t total = 0;
    std::vector<fs::path> leftovers;
    PRAMANA_TRY(
        for_each_file(directory, [&](const fs::directory_entry& entry, const std::string& name) {
            std::error_code unknown;
            const std::uintmax_t size = entry.file_size(unknown);
            if (name.size() == kNameSize && !unknown)
                total += size;
            else
                leftovers.push_back(entry.path());
        }));
    for (const fs::path& path : leftovers) fs::remove(path, failed);
    blobs->total_bytes_ = total;
    return blobs;
}

fs::path BlobFiles::path_of(const Hash32& sha256) const {
    const std::string name = to_hex(sha256.view());
    return directory_ / name.substr(0, 2) / name;
}

Status BlobFiles::check_room(std::uint64_t bytes) {
    const std::uint64_t total = total_bytes_.load();
    if (total > options_.blobs_bytes_max || bytes > options_.blobs_bytes_max - total)
        return Error{Errc::kStorageFull, "store.blob.total"};
    struct statvfs disk{};
    if (::statvfs(directory_.c_str(), &disk) != 0) return Error{Errc::kIo, "store.blob.statvfs"};
    const std::uint64_t free = std::uint64_t{disk.f_bavail} * disk.f_frsize;
    if (free < options_.free_bytes_min || free - options_.free_bytes_min < bytes)
        return Error{Errc::kStorageFull, "store.blob.reserve"};
    return Done{};
}

Result<Hash32> BlobFiles::put(ByteView sealed) {
    if (sealed.size() > options_.blob_bytes_max)
        return Error{Errc::kBodyTooLarge, "store.blob.size"};
    const Hash32 sha256 = sha256_of(sealed);
    const std::lock_guard writer{writers_[sha256.bytes[0] % writers_.size()]};
    if (contains(sha256)) return sha256;
    PRAMANA_TRY(check_room(sealed.size()));
    PRAMANA_TRY(write_file_durably(path_of(sha256), sealed));
    total_bytes_ += sealed.size();
    return sha256;
}

Result<Bytes> BlobFiles::get(const Hash32& sha256) {
    Result<Bytes> bytes = read_file(path_of(sha256), options_.blob_bytes_max);
    if (!bytes) return bytes;
    if (sha256_of(*bytes) != sha256) return Error{Errc::kStoreCorrupt, "store.blob.hash"};
    return bytes;
}

bool BlobFiles::contains(const Hash32& sha256) {
    std::error_code failed;
    return fs::is_regular_file(path_of(sha256), failed) && !failed;
}

Status BlobFiles::remove(const Hash32& sha256) {
    const std::lock_guard writer{writers_[sha256.bytes[0] % writers_.size()]};
    const fs::path path = path_of(sha256);
    std::error_code failed;
    const std::uintmax_t size = fs::file_size(path, failed);
    if (failed == std::errc::no_such_file_or_directory) return Done{};
    // The directory is not synced: after a power cut the file may be back, and is swept as
    // nobody's.
    if (failed || !fs::remove(path, failed) || failed) return Error{Errc::kIo, "store.blob.remove"};
    total_bytes_ -= size;
    return Done{};
}

Result<std::vector<Hash32>> BlobFiles::list() {
    std::vector<Hash32> names;
    PRAMANA_TRY(for_each_file(directory_, [&](const fs::directory_entry&, const std::string& name) {
        Result<Hash32> sha256 = fixed_from_hex<Hash32>(name);
        if (name.size() == kNameSize && sha256) names.push_back(*sha256);
    }));
    return names;
}

}  // namespace pramana::store
