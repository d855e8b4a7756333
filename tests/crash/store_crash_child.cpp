// Writes jobs until it is killed and tells each one that the store acknowledged; or writes on a
// disk that fails.
#include "pramana/store/store.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
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

}  // namespace
}  // namespace pramana::store

int main(int argc, char** argv) {
    using namespace pramana::store;
    if (argc != 3) return 2;
    StoreOptions options;
    options.directory = argv[1];
    options.free_bytes_min = 0;
    pramana::Result<std::unique_ptr<Store>> store = open_store(options);
    if (!store) return 10;
    if (argv[2] == std::string_view{"failing"}) return write_on_a_failing_disk(**store);
    return write_until_killed(**store, std::strtoull(argv[2], nullptr, 10));
}
