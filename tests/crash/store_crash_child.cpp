// Writes jobs until it is killed and tells each one that the store acknowledged; or writes on a
// disk that fails.
#include "pramana/store/store.hpp"

#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>

namespace pramana::store {
namespace {

JobRecord job_of(std::uint64_t id, std::size_t url_bytes) {
    JobRecord record;
    record.id = JobId{id};
    record.url.assign(url_bytes, 'x');
    return record;
}

/// Each acknowledged id goes to standard output as 8 bytes.
int write_until_killed(Store& store, std::uint64_t first) {
    for (std::uint64_t id = first;; ++id) {
        JobRecord job = job_of(id, 100);
        if (!store.jobs().put(job)) return 11;
        if (::write(STDOUT_FILENO, &id, sizeof id) != sizeof id) return 12;
    }
}

/// RLIMIT_FSIZE makes write(2) fail, as a broken disk does.
int write_on_a_failing_disk(Store& store) {
    ::signal(SIGXFSZ, SIG_IGN);
    JobRecord before = job_of(1, 100);
    if (!store.jobs().put(before)) return 11;
    const rlimit small{1000, 1000};
    if (::setrlimit(RLIMIT_FSIZE, &small) != 0) return 12;
    JobRecord refused = job_of(2, 4000);
    const Status first = store.jobs().put(refused);
    JobRecord later = job_of(3, 0);
    const Status second = store.jobs().put(later);
    const Status health = store.health();
    if (first || second || health) return 13;
    for (const Status* status : {&first, &second, &health})
        if (status->error().code != Errc::kStoreUnavailable) return 14;
    return store.jobs().job(JobId{1}) ? 0 : 15;
}

constexpr int kCannotMount = 77;

/// A disk of its own at `directory`, 160 MiB.
bool mount_small_disk(const std::filesystem::path& directory) {
    return ::unshare(CLONE_NEWNS) == 0 &&
           ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
           ::mount("small", directory.c_str(), "tmpfs", 0, "size=160m") == 0;
}

/// Writes until the disk of `file` is full.
void fill_disk(const std::filesystem::path& file) {
    std::ofstream ballast{file, std::ios::binary};
    const std::string block(1U << 20U, 'x');
    while (ballast.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) {
    }
}

/// The process that is there when the disk fills.
int fill_up(const StoreOptions& options) {
    const std::filesystem::path ballast = options.directory / "ballast";
    Result<std::unique_ptr<Store>> store = open_store(options);
    if (!store) return 10;
    JobRecord before = job_of(1, 100);
    if (!(*store)->jobs().put(before)) return 11;
    fill_disk(ballast);
    Status written = Done{};
    for (std::uint64_t id = 2; written && id < 100'000; ++id) {
        JobRecord job = job_of(id, 4000);  // the log has some room reserved
        written = (*store)->jobs().put(job);
    }
    if (written || written.error().code != Errc::kStorageFull) return 13;
    if ((*store)->waits_for_restart()) return 14;
    std::filesystem::remove(ballast);
    JobRecord later = job_of(200'000, 10);
    if ((*store)->jobs().put(later)) return 15;  // not on top of what nobody knows
    return (*store)->waits_for_restart() ? 0 : 16;
}

int meet_a_full_disk(const StoreOptions& options) {
    if (!mount_small_disk(options.directory)) return kCannotMount;
    const pid_t first = ::fork();
    if (first == 0) ::_exit(fill_up(options));
    int status = 0;
    if (::waitpid(first, &status, 0) != first || !WIFEXITED(status)) return 12;
    if (WEXITSTATUS(status) != 0) return WEXITSTATUS(status);
    const Result<std::unique_ptr<Store>> store = open_store(options);
    if (!store) return 17;
    JobRecord later = job_of(200'000, 10);
    if (!(*store)->jobs().job(JobId{1}) || !(*store)->jobs().put(later)) return 18;
    return (*store)->waits_for_restart() ? 19 : 0;
}

}  // namespace
}  // namespace pramana::store

int main(int argc, char** argv) {
    using namespace pramana::store;
    if (argc != 3) return 2;
    StoreOptions options;
    options.directory = argv[1];
    options.free_bytes_min = 0;
    if (argv[2] == std::string_view{"full"}) return meet_a_full_disk(options);
    pramana::Result<std::unique_ptr<Store>> store = open_store(options);
    if (!store) return 10;
    if (argv[2] == std::string_view{"failing"}) return write_on_a_failing_disk(**store);
    return write_until_killed(**store, std::strtoull(argv[2], nullptr, 10));
}
