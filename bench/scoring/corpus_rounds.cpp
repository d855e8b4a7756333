// bench/run's corpus in a directory: made once, then opened by a fresh process for each
// measurement.
//   corpus_rounds make DIRECTORY CHUNKS                        entries of 500 chunks each
//   corpus_rounds score MODEL DIRECTORY THREADS FILE           one score, with the time of each
//   step
// The chunks are synthetic and the same on every run: random codes of the length of real ones,
// 25 content words, 20 windows a chunk, about what English prose has. They are written and read
// through the files that production opens (app/corpus).
#include "corpus/entry.hpp"
#include "corpus_directory.hpp"
#include "parallel.hpp"
#include "pramana/os/file.hpp"
#include "pramana/scoring/model.hpp"
#include "pramana/scoring/ruleset.hpp"
#include "pramana/scoring_document/extract.hpp"
#include "round_clock.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

namespace {

using namespace pramana;
using namespace pramana::scoring;

constexpr std::size_t kEntryChunks = 500;
constexpr std::size_t kPrints = 20;
constexpr std::size_t kContentWords = 25;
constexpr std::size_t kVocabulary = 50'000;

/// Vigna's SplitMix64: repeatable, and quick enough for a gigabyte.
class Chance {
  public:
    explicit Chance(std::uint64_t seed) : state_{seed} {}
    std::uint64_t next() {
        std::uint64_t x = state_ += 0x9E3779B97F4A7C15ULL;
        x = (x ^ (x >> 30U)) * 0xBF58476D1CE4E5B9ULL;
        x = (x ^ (x >> 27U)) * 0x94D049BB133111EBULL;
        return x ^ (x >> 31U);
    }

  private:
    std::uint64_t state_;
};

template <class Value>
void sort_unique(SecretVector<Value>& values) {
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
}

Bytes synthetic_entry(std::uint64_t place, std::size_t chunks) {
    Chance chance{place};
    EntryRecord entry;
    entry.chunks.resize(chunks);
    for (ChunkRecord& chunk : entry.chunks) {
        for (std::uint8_t& byte : chunk.exact.bytes)
            byte = static_cast<std::uint8_t>(chance.next());
        for (std::size_t i = 0; i < kPrints; ++i) chunk.prints.push_back(chance.next());
        for (std::size_t i = 0; i < kContentWords; ++i)
            chunk.content.push_back(
                static_cast<std::uint32_t>(chance.next() % kVocabulary * 85'899));
        sort_unique(chunk.prints);
        sort_unique(chunk.content);
    }
    entry.codes.resize(chunks * 384);
    for (std::int8_t& code : entry.codes) {
        const std::uint64_t bits = chance.next();
        std::int64_t sum = 0;
        for (unsigned byte = 0; byte < 8; ++byte)
            sum += static_cast<std::int64_t>(bits >> (8 * byte) & 0xFFU) - 127;
        code = static_cast<std::int8_t>(std::clamp<std::int64_t>(sum * 25 / 256, -127, 127));
    }
    return encode_entry(entry);
}

Result<std::unique_ptr<app::CorpusDirectory>> open(const char* directory, unsigned threads) {
    app::CorpusDirectoryOptions options;
    options.directory = directory;
    SecretBytes key{32};  // of zeros: nothing here is secret
    return app::CorpusDirectory::open(options, std::move(key), app::parallel_over(threads));
}

int fail(const Error& error) {
    std::fprintf(stderr, "corpus_rounds: %.*s\n", static_cast<int>(error.site.size()),
                 error.site.data());
    return 1;
}

int make(const char* directory, std::size_t chunks) {
    std::filesystem::create_directories(directory);
    auto corpus = open(directory, 1);
    if (!corpus) return fail(corpus.error());
    for (std::uint64_t place = (*corpus)->corpus().size(); place * kEntryChunks < chunks; ++place) {
        const std::size_t rest = chunks - place * kEntryChunks;
        const Bytes entry = synthetic_entry(place, std::min(kEntryChunks, rest));
        if (const Status appended = (*corpus)->append(entry); !appended)
            return fail(appended.error());
    }
    if (const Status saved = (*corpus)->checkpoint(); !saved) return fail(saved.error());
    std::printf("{\"chunks\":%llu,\"places\":%llu}\n",
                static_cast<unsigned long long>((*corpus)->corpus().chunks()),
                static_cast<unsigned long long>((*corpus)->corpus().size()));
    return 0;
}

int score(char** argv) {
    const bench::RoundClock clock;
    const auto threads = static_cast<unsigned>(std::max(1, std::atoi(argv[4])));
    const auto model = Model::load(argv[2], pinned_model_digest());
    if (!model) return fail(model.error());
    const auto ruleset = Ruleset::named("default-1");
    const Engine engine{*model, app::parallel_over(threads)};
    const double model_s = clock.wall_s();
    const auto corpus = open(argv[3], threads);
    if (!corpus) return fail(corpus.error());
    const double open_s = clock.wall_s();
    const double open_cpu_s = clock.cpu_s();
    const auto opened = read_secret_file(argv[5], ruleset->values().extract.expanded_bytes_max);
    if (!opened) return fail(opened.error());
    const auto document = extract(opened->expose(), ruleset->values().extract);
    if (!document) return fail(document.error());
    const double extract_s = clock.wall_s();
    const auto prepared = engine.prepare(*document, *ruleset);
    if (!prepared) return fail(prepared.error());
    const double prepare_s = clock.wall_s();
    const auto found = (*corpus)->corpus().score(*prepared, *ruleset);
    if (!found) return fail(found.error());
    const double score_s = clock.wall_s();
    std::printf(R"({"corpus_chunks":%llu,"chunks":%u,"pay_1024":%u,"model_s":%.3f,"open_s":%.3f,)"
                R"("open_cpu_s":%.3f,"extract_s":%.3f,"prepare_s":%.3f,"score_s":%.3f,)"
                R"("wall_s":%.3f,"cpu_s":%.3f,"peak_mib":%.1f})"
                "\n",
                static_cast<unsigned long long>((*corpus)->corpus().chunks()), found->chunks,
                found->pay_1024, model_s, open_s - model_s, open_cpu_s, extract_s - open_s,
                prepare_s - extract_s, score_s - prepare_s, clock.wall_s(), clock.cpu_s(),
                bench::peak_mib());
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    const std::string_view mode = argc > 1 ? argv[1] : "";
    if (mode == "make" && argc == 4)
        return make(argv[2], static_cast<std::size_t>(std::atoll(argv[3])));
    if (mode == "score" && argc == 6) return score(argv);
    std::fputs(
        "usage: corpus_rounds make DIRECTORY CHUNKS\n"
        "       corpus_rounds score MODEL DIRECTORY THREADS FILE\n",
        stderr);
    return 64;
}
