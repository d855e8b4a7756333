// What a large corpus costs: memory and disk a chunk, sealing it, opening it, scanning it.
//   corpus_speed [--rows N] [--queries N] [--prints N] [--words N] [--directory DIR]
// Entries are made up: random codes of real length (about the scale of the encoder's), and as many
// kept windows and content words a chunk as --prints and --words say. Scans are timed in the
// thread's own processor time, best of several rounds; opening by the wall clock and by processor
// time of all threads. Nothing is dropped from the page cache before opening.
#include "corpus/entry.hpp"
#include "corpus_directory.hpp"
#include "index/scan.hpp"
#include "parallel.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <random>
#include <string>

namespace {

using namespace pramana;

struct Options {
    std::uint64_t rows = 1'000'000;
    std::size_t queries = 128;
    std::size_t prints = 19;
    std::size_t words = 27;
    std::filesystem::path directory = "/tmp/corpus_speed";
};

constexpr std::size_t kChunksOfPlace = 50;
constexpr int kRounds = 5;

double seconds_of(clockid_t clock) {
    timespec now{};
    clock_gettime(clock, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// Resident memory now, in MiB.
double resident_mib() {
    std::ifstream statm{"/proc/self/statm"};
    double pages = 0, resident = 0;
    statm >> pages >> resident;
    return resident * static_cast<double>(::sysconf(_SC_PAGESIZE)) / (1 << 20);
}

SecretBytes key() {
    SecretBytes bytes{32};
    bytes.expose_mutable()[0] = 1;
    return bytes;
}

/// Codes of a random direction, 400 long, as those of the encoder.
void add_codes(std::mt19937_64& random, SecretVector<std::int8_t>& codes) {
    for (std::size_t i = 0; i < scoring::kCodeDim; i += 4) {
        std::uint64_t bits = random();
        for (int j = 0; j < 4; ++j, bits >>= 16U)  // the sum of four bytes is nearly normal
            codes.push_back(static_cast<std::int8_t>(
                (static_cast<int>(bits & 0xFFU) + static_cast<int>(bits >> 8U & 0xFFU) - 255) / 5));
    }
}

Bytes made_up_entry(std::mt19937_64& random, std::size_t chunks, const Options& options) {
    scoring::EntryRecord entry;
    for (std::size_t i = 0; i < chunks; ++i) {
        scoring::ChunkRecord chunk;
        for (std::uint8_t& byte : chunk.exact.bytes) byte = static_cast<std::uint8_t>(random());
        for (std::size_t p = 0; p < options.prints; ++p) chunk.prints.push_back(random());
        for (std::size_t w = 0; w < options.words; ++w)
            chunk.content.push_back(static_cast<std::uint32_t>(random()));
        std::sort(chunk.prints.begin(), chunk.prints.end());
        std::sort(chunk.content.begin(), chunk.content.end());
        chunk.content.erase(std::unique(chunk.content.begin(), chunk.content.end()),
                            chunk.content.end());
        entry.chunks.push_back(std::move(chunk));
        add_codes(random, entry.codes);
    }
    return scoring::encode_entry(entry);
}

std::unique_ptr<app::CorpusDirectory> open(const Options& options) {
    Result<std::unique_ptr<app::CorpusDirectory>> opened = app::CorpusDirectory::open(
        {.directory = options.directory, .corpus = {}, .may_create = true, .places_max = {}}, key(),
        app::parallel_over_machine());
    if (!opened) {
        const std::string_view code = name_of(opened.error().code);
        std::fprintf(stderr, "%.*s\n", static_cast<int>(code.size()), code.data());
        std::exit(1);
    }
    return *std::move(opened);
}

void make(const Options& options) {
    const std::unique_ptr<app::CorpusDirectory> corpus = open(options);
    std::mt19937_64 random{7};
    const double before = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
    std::uint64_t rows = corpus->corpus().chunks();
    while (rows < options.rows) {
        const std::size_t chunks = std::min<std::uint64_t>(kChunksOfPlace, options.rows - rows);
        if (!corpus->append(made_up_entry(random, chunks, options))) std::exit(1);
        rows += chunks;
    }
    if (!corpus->checkpoint()) std::exit(1);
    std::printf("made        %.1f s of processor time for entries, log and segments\n",
                seconds_of(CLOCK_PROCESS_CPUTIME_ID) - before);
}

void measure_opening(const Options& options) {
    for (int round = 0; round < 3; ++round) {
        const double memory = resident_mib();
        const double wall = seconds_of(CLOCK_MONOTONIC);
        const double processor = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
        const std::unique_ptr<app::CorpusDirectory> corpus = open(options);
        const double rows = static_cast<double>(corpus->corpus().chunks());
        std::printf(
            "opened      %.0f chunks in %.3f s (%.3f s of processor time), %.0f MiB more "
            "resident, %.0f bytes a chunk, %zu segments\n",
            rows, seconds_of(CLOCK_MONOTONIC) - wall,
            seconds_of(CLOCK_PROCESS_CPUTIME_ID) - processor, resident_mib() - memory,
            (resident_mib() - memory) * (1 << 20) / rows, corpus->corpus().segments().size());
    }
    std::uint64_t segments = 0;
    for (const auto& file : std::filesystem::directory_iterator{options.directory / "segments"})
        segments += file.file_size();
    const std::uint64_t log = std::filesystem::file_size(options.directory / "log");
    std::printf("on disk     %.0f bytes a chunk in segments, %.0f in the log\n",
                static_cast<double>(segments) / static_cast<double>(options.rows),
                static_cast<double>(log) / static_cast<double>(options.rows));
}

void measure_scan(const Options& options) {
    std::mt19937_64 random{9};
    const std::size_t rows = std::min<std::size_t>(options.rows, 1'000'000);
    SecretVector<std::int8_t> codes, queries;
    codes.reserve(rows * scoring::kCodeDim);
    for (std::size_t i = 0; i < rows; ++i) add_codes(random, codes);
    for (std::size_t i = 0; i < options.queries; ++i) add_codes(random, queries);
    const scoring::PackedQueries packed{queries.data(), options.queries};
    std::vector<std::int32_t> thresholds(packed.groups() * scoring::PackedQueries::kGroup,
                                         scoring::kNoHit);
    std::fill_n(thresholds.begin(), options.queries, 108'800);
    for (const scoring::ScanKernel& kernel : scoring::scan_kernels()) {
        const bool slow = kernel.name == "reference" || kernel.name == "avx2";
        const std::size_t count = slow ? std::min<std::size_t>(rows, 20'000) : rows;
        double best = 1e9;
        std::size_t hits = 0;
        for (int round = 0; round < kRounds; ++round) {
            const double before = seconds_of(CLOCK_THREAD_CPUTIME_ID);
            scoring::scan_above(
                kernel, packed, thresholds, codes.data(), count,
                [&](std::span<const scoring::DotHit> found) { hits += found.size(); });
            best = std::min(best, seconds_of(CLOCK_THREAD_CPUTIME_ID) - before);
        }
        const double pairs = static_cast<double>(count) * static_cast<double>(options.queries);
        std::printf("scan        %-12.*s %.3f G comparisons/s/core (%zu queries, %zu hits)\n",
                    static_cast<int>(kernel.name.size()), kernel.name.data(), pairs / best / 1e9,
                    options.queries, hits);
    }
}

Options read_options(int count, char** values) {
    Options options;
    for (int i = 1; i + 1 < count; i += 2) {
        const std::string_view name = values[i];
        const char* const value = values[i + 1];
        if (name == "--rows") options.rows = std::stoull(value);
        if (name == "--queries") options.queries = std::stoull(value);
        if (name == "--prints") options.prints = std::stoull(value);
        if (name == "--words") options.words = std::stoull(value);
        if (name == "--directory") options.directory = value;
    }
    return options;
}

}  // namespace

int main(int count, char** values) {
    const Options options = read_options(count, values);
    make(options);
    measure_opening(options);
    measure_scan(options);
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    std::printf("largest resident memory of the whole run %ld MiB\n", usage.ru_maxrss / 1024);
    return 0;
}
