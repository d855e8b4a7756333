#include "till.hpp"

#include "canonical/canonical.hpp"
#include "chunk/chunker.hpp"
#include "index/dot.hpp"
#include "novelty/prepared.hpp"
#include "pramana/core/check.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/scoring/document.hpp"
#include "pramana/scoring_document/extract.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <utility>

namespace pramana::bench {
namespace {

using namespace scoring;

constexpr std::uint32_t kEpoch = 1;

OwnerTag tag_of(const std::string& wallet) {
    return Corpus::owner_tag(Hash32{}, kEpoch, as_bytes_view(wallet));
}

std::string reasons_of(const Score& score) {
    std::string out;
    for (const Reason& reason : score.reasons)
        out += (out.empty() ? "" : ", ") + std::string{reason.code};
    return out.empty() ? "new" : out;
}

/// Each chunk with what is known of it.
std::vector<ChunkPaid> chunks_of(const Prepared::State& state, const Score& score) {
    std::vector<ChunkPaid> out;
    for (std::size_t i = 0; i < state.chunks.size(); ++i) {
        const std::int8_t* codes = state.codes.data() + i * kCodeDim;
        out.push_back({state.chunks[i].weight, score.verdicts[i],
                       std::any_of(codes, codes + kCodeDim, [](auto code) { return code != 0; })});
    }
    return out;
}

}  // namespace

Till::Till(std::filesystem::path directory, std::shared_ptr<const Model> model,
           const Ruleset& ruleset)
    : directory_{std::move(directory)}, tokenizer_{model}, engine_{model}, plain_{ruleset} {}

Result<Document> Till::read(const std::string& file) const {
    std::ifstream in{directory_ / "files" / file, std::ios::binary};
    PRAMANA_CHECK(in.good());
    const Bytes bytes{std::istreambuf_iterator<char>{in}, {}};
    return extract(bytes, plain_.values().extract);
}

std::vector<std::string> Till::words_of(const std::string& file) const {
    const Result<Document> document = read(file);
    PRAMANA_CHECK(document.has_value());
    const RulesetValues& rules = plain_.values();
    Chunker chunker{
        rules.chunk,
        [this](std::string_view text, Pieces& out) { tokenizer_.encode_into(text, out); },
        rules.table.rows_max};
    for (const Record& record : document->records) {
        const CanonicalText text = canonicalize(record.text.expose());
        const std::string_view canonical{text.utf8.data(), text.utf8.size()};
        if (record.role == Role::kRow)
            chunker.add_row(canonical);
        else
            chunker.add(canonical);
    }
    std::vector<std::string> out;
    for (const Chunk& chunk : std::move(chunker).finish())
        out.emplace_back(chunk.words.folded.begin(), chunk.words.folded.end());
    return out;
}

const Till::Opened& Till::open(const std::string& file, const Ruleset& ruleset) {
    const auto [at, added] = opened_.try_emplace(to_hex(ruleset.digest().view()) + file);
    if (!added) return at->second;
    const Result<Document> document = read(file);
    if (!document) {
        at->second.refusal = name_of(document.error().code);
        return at->second;
    }
    Result<Prepared> prepared = engine_.prepare(*document, ruleset);
    if (prepared)
        at->second.prepared = std::make_shared<const Prepared>(*std::move(prepared));
    else
        at->second.refusal = name_of(prepared.error().code);
    return at->second;
}

std::shared_ptr<const ReferenceCorpus> Till::reference(const std::string& file) {
    const Opened& opened = open(file, plain_);
    PRAMANA_CHECK(opened.prepared != nullptr);
    const Bytes entry = opened.prepared->corpus_entry();
    Result<std::shared_ptr<const ReferenceCorpus>> corpus =
        ReferenceCorpus::parse(ReferenceCorpus::join({&entry, 1}));
    PRAMANA_CHECK(corpus.has_value());
    return *std::move(corpus);
}

std::vector<Paid> Till::submit(std::span<const Submission> submissions,
                               std::span<const std::string> public_files) {
    Corpus corpus{Hash32{}, kEpoch};
    Ruleset ruleset = plain_;
    if (!public_files.empty()) {
        RulesetValues values = plain_.values();
        std::vector<std::shared_ptr<const ReferenceCorpus>> references;
        for (const std::string& file : public_files) {
            references.push_back(reference(file));
            values.public_texts.push_back(
                {"text-" + std::to_string(references.size()), references.back()->digest()});
        }
        corpus.attach(std::move(references));
        Result<Ruleset> made = Ruleset::make(std::move(values));
        PRAMANA_CHECK(made.has_value());
        ruleset = *std::move(made);
    }
    std::vector<Paid> out;
    for (const Submission& submission : submissions) {
        const Opened& opened = open(submission.file, ruleset);
        if (opened.prepared == nullptr) {
            out.push_back({.why = opened.refusal, .chunks = {}});
            continue;
        }
        const OwnerTag owner = tag_of(submission.wallet);
        const Result<Score> score = corpus.score(*opened.prepared, ruleset, owner);
        PRAMANA_CHECK(score.has_value());
        const Bytes entry = score->rejected ? opened.prepared->quarantine_entry(owner)
                                            : opened.prepared->corpus_entry();
        PRAMANA_CHECK(corpus.append(entry));
        out.push_back({score->pay_1024, reasons_of(*score), score->mass, score->novel_mass,
                       chunks_of(opened.prepared->state(), *score)});
    }
    return out;
}

}  // namespace pramana::bench
