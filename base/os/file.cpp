#include "pramana/os/file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <utility>

namespace pramana {
namespace {

class FileDescriptor {
  public:
    explicit FileDescriptor(int fd) noexcept : fd_{fd} {}
    FileDescriptor(const FileDescriptor&) = delete;
    FileDescriptor& operator=(const FileDescriptor&) = delete;
    ~FileDescriptor() {
        if (fd_ >= 0) ::close(fd_);
    }
    [[nodiscard]] int get() const noexcept { return fd_; }
    [[nodiscard]] bool open() const noexcept { return fd_ >= 0; }

  private:
    int fd_;
};

Error error_of_errno(std::string_view site) noexcept {
    switch (errno) {
        case ENOENT: return {Errc::kNotFound, site};
        case ENOSPC:
        case EDQUOT: return {Errc::kStorageFull, site};
        default: return {Errc::kIo, site};
    }
}

/// Fills `out` from the file; `Buffer` is Bytes or SecretBytes made by `make(size)`.
template <class Make>
auto read_into(const std::filesystem::path& path, std::size_t bytes_max, Make make)
    -> Result<decltype(make(std::size_t{}).first)> {
    // A pipe without a writer would hold us for ever before it could be refused.
    const FileDescriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)};
    if (!file.open()) return error_of_errno("os.file.open");
    struct stat facts{};
    if (::fstat(file.get(), &facts) != 0) return error_of_errno("os.file.stat");
    if (!S_ISREG(facts.st_mode)) return Error{Errc::kIo, "os.file.not_regular"};
    const auto size = static_cast<std::size_t>(facts.st_size);
    if (size > bytes_max) return Error{Errc::kTooLarge, "os.file.size"};
    auto [buffer, data] = make(size);
    std::size_t done = 0;
    while (done < size) {
        const ssize_t got = ::read(file.get(), data + done, size - done);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return Error{Errc::kIo, "os.file.read"};
        done += static_cast<std::size_t>(got);
    }
    return std::move(buffer);
}

}  // namespace

Result<Bytes> read_file(const std::filesystem::path& path, std::size_t bytes_max) {
    return read_into(path, bytes_max, [](std::size_t size) {
        Bytes bytes(size);
        std::uint8_t* data = bytes.data();
        return std::pair{std::move(bytes), data};
    });
}

Result<SecretBytes> read_secret_file(const std::filesystem::path& path, std::size_t bytes_max) {
    return read_into(path, bytes_max, [](std::size_t size) {
        SecretBytes bytes{size};
        std::uint8_t* data = bytes.expose_mutable().data();
        return std::pair{std::move(bytes), data};
    });
}

Status write_file_durably(const std::filesystem::path& path, ByteView content) {
    static std::atomic<unsigned> serial{0};
    std::filesystem::path temporary = path;
    temporary += ".tmp." + std::to_string(::getpid()) + "." + std::to_string(serial++);
    {
        const FileDescriptor file{
            ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)};
        if (!file.open()) return error_of_errno("os.file.create");
        std::size_t done = 0;
        while (done < content.size()) {
            const ssize_t put = ::write(file.get(), content.data() + done, content.size() - done);
            if (put < 0 && errno == EINTR) continue;
            if (put <= 0) {
                const Error error = error_of_errno("os.file.write");
                ::unlink(temporary.c_str());
                return error;
            }
            done += static_cast<std::size_t>(put);
        }
        if (::fdatasync(file.get()) != 0) {
            const Error error = error_of_errno("os.file.fdatasync");
            ::unlink(temporary.c_str());
            return error;
        }
    }
    if (::rename(temporary.c_str(), path.c_str()) != 0) {
        const Error error = error_of_errno("os.file.rename");
        ::unlink(temporary.c_str());
        return error;
    }
    const std::filesystem::path parent = path.has_parent_path() ? path.parent_path() : ".";
    const FileDescriptor directory{::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (!directory.open() || ::fsync(directory.get()) != 0)
        return error_of_errno("os.file.directory");
    return Done{};
}

}  // namespace pramana
