#pragma once

#include "pramana/core/sha256.hpp"
#include "pramana/store/store.hpp"

#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>

namespace pramana::store {

template <class Fixed>
Fixed filled(std::uint8_t byte) {
    Fixed out;
    out.bytes.fill(byte);
    return out;
}

inline Hash32 sha256_of(std::string_view text) {
    Sha256 hash;
    hash.update(text);
    return hash.finish();
}

enum class Engine { kMemory, kRocks };
inline std::string name_of(Engine engine) { return engine == Engine::kMemory ? "memory" : "rocks"; }

/// A fresh directory for the running test, in memory where the system has that: what is tested is
/// behaviour, and a busy disk's fsync takes a hundred times longer.
inline std::filesystem::path fresh_directory() {
    const testing::TestInfo& test = *testing::UnitTest::GetInstance()->current_test_info();
    std::string name = std::string{"pramana_"} + test.test_suite_name() + "_" + test.name();
    for (char& c : name)
        if (c == '/') c = '_';
    const std::filesystem::path shared_memory = "/dev/shm";
    const bool in_memory = ::access(shared_memory.c_str(), W_OK) == 0;
    const std::filesystem::path directory =
        (in_memory ? shared_memory : std::filesystem::path{testing::TempDir()}) /
        (name + "_" + std::to_string(::getpid()));
    std::filesystem::remove_all(directory);
    return directory;
}

inline StoreOptions small_options(std::filesystem::path directory) {
    StoreOptions options;
    options.directory = std::move(directory);
    options.blob_bytes_max = 1000;
    options.blobs_bytes_max = 2500;
    options.free_bytes_min = 0;
    return options;
}

/// A store of either engine that can be closed and opened again; the memory store survives that.
class StoreUnderTest {
  public:
    StoreUnderTest(Engine engine, StoreOptions options)
        : engine_{engine}, options_{std::move(options)} {
        reopen();
    }
    ~StoreUnderTest() {
        store_.reset();
        std::filesystem::remove_all(options_.directory);
    }
    StoreUnderTest(const StoreUnderTest&) = delete;
    StoreUnderTest& operator=(const StoreUnderTest&) = delete;

    void reopen() {
        if (engine_ == Engine::kMemory) {
            if (!store_) store_ = make_memory_store(options_);
            return;
        }
        store_.reset();
        Result<std::unique_ptr<Store>> opened = open_store(options_);
        ASSERT_TRUE(opened) << pramana::name_of(opened.error().code) << " " << opened.error().site;
        store_ = *std::move(opened);
    }
    Store* operator->() { return store_.get(); }

  private:
    Engine engine_;
    StoreOptions options_;
    std::unique_ptr<Store> store_;
};

inline ContributionRecord contribution_of(std::uint8_t wallet, std::uint8_t file,
                                          std::uint64_t bytes = 100) {
    ContributionRecord record;
    record.id.bytes.fill(file);
    record.id.bytes[0] = wallet;
    record.wallet = filled<Address>(wallet);
    record.sealed_sha256 = filled<Hash32>(file);
    record.sealed_bytes = bytes;
    record.envelope = {'{', '}'};
    record.dlp = filled<Address>(9);
    record.received_unix_s = 1000;
    record.blob_held = true;
    return record;
}

inline JobRecord job_of(std::uint64_t id) {
    JobRecord record;
    record.id = JobId{id};
    record.file = FileId{id + 100};
    record.owner = filled<Address>(7);
    record.url = "https://example.org/file";
    return record;
}

inline SlotRecord slot_of(std::uint64_t tx_nonce, std::uint64_t job) {
    SlotRecord slot;
    slot.tx_nonce = tx_nonce;
    slot.to = filled<Address>(0x7e);
    slot.jobs = {{JobId{job}, FileId{job + 100}, filled<Hash32>(3)}};
    slot.success = {2, filled<Address>(0x7e), filled<Hash32>(9), 2};
    slot.bound_unix_s = 1'700'000'000;
    slot.call_hash = filled<Hash32>(3);
    slot.attempts.push_back({.kind = 0,
                             .tx_hash = filled<Hash32>(4),
                             .raw = {1, 2, 3},
                             .max_fee_wei = 5,
                             .tip_wei = 6,
                             .gas_max = 7,
                             .signed_unix_s = 1'700'000'000});
    return slot;
}

/// The code of a Status or Result that must have failed; success is shown as kInternal's neighbour.
template <class T>
std::string code_of(const Result<T>& result) {
    return result ? std::string{"ok"} : std::string{pramana::name_of(result.error().code)};
}

}  // namespace pramana::store
