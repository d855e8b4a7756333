#include "pramana/evidence/tsm_provider.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cerrno>

namespace pramana::evidence {
namespace {

class File {
  public:
    File(const std::filesystem::path& path, int flags)
        : handle_{::open(path.c_str(), flags | O_CLOEXEC)} {}
    ~File() {
        if (handle_ >= 0) (void)::close(handle_);
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    [[nodiscard]] int handle() const noexcept { return handle_; }

  private:
    int handle_;
};

class TsmFiles final : public TsmTree {
  public:
    explicit TsmFiles(std::filesystem::path root) : root_{std::move(root)} {}

    int make_entry(const std::string& entry) override {
        return ::mkdir((root_ / entry).c_str(), S_IRWXU) == 0 ? 0 : errno;
    }
    void remove_entry(const std::string& entry) override {
        (void)::rmdir((root_ / entry).c_str());  // what is left behind is one empty request
    }
    int write(const std::string& entry, std::string_view attribute, ByteView content) override {
        const File file{root_ / entry / attribute, O_WRONLY};
        if (file.handle() < 0) return errno;
        const ssize_t written = ::write(file.handle(), content.data(), content.size());
        if (written < 0) return errno;
        return static_cast<std::size_t>(written) == content.size() ? 0 : EIO;
    }
    int read(const std::string& entry, std::string_view attribute, std::size_t bytes_max,
             Bytes& content) override {
        const File file{root_ / entry / attribute, O_RDONLY};
        if (file.handle() < 0) return errno;
        content.resize(bytes_max + 1);
        std::size_t held = 0;
        while (held < content.size()) {
            const ssize_t got = ::read(file.handle(), content.data() + held, content.size() - held);
            if (got < 0) return errno;
            if (got == 0) break;
            held += static_cast<std::size_t>(got);
        }
        content.resize(held);
        return held > bytes_max ? EFBIG : 0;
    }

  private:
    std::filesystem::path root_;
};

}  // namespace

std::unique_ptr<TsmTree> make_tsm_files(std::filesystem::path root) {
    return std::make_unique<TsmFiles>(std::move(root));
}

}  // namespace pramana::evidence
