#include "till.hpp"

#include "pramana/core/check.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/scoring/document.hpp"
#include "pramana/scoring_document/extract.hpp"

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

Ruleset default_rules() {
    Result<Ruleset> ruleset = Ruleset::named("default-1");
    PRAMANA_CHECK(ruleset.has_value());
    return *std::move(ruleset);
}

}  // namespace

Till::Till(std::filesystem::path directory, std::shared_ptr<const Model> model)
    : directory_{std::move(directory)}, engine_{std::move(model)}, plain_{default_rules()} {}

const Till::Opened& Till::open(const std::string& file, const Ruleset& ruleset) {
    const auto [at, added] = opened_.try_emplace(to_hex(ruleset.digest().view()) + file);
    if (!added) return at->second;
    std::ifstream in{directory_ / "files" / file, std::ios::binary};
    PRAMANA_CHECK(in.good());
    const Bytes bytes{std::istreambuf_iterator<char>{in}, {}};
    const Result<Document> document = extract(bytes, ruleset.values().extract);
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
            out.push_back({0, opened.refusal});
            continue;
        }
        const OwnerTag owner = tag_of(submission.wallet);
        const Result<Score> score = corpus.score(*opened.prepared, ruleset, owner);
        PRAMANA_CHECK(score.has_value());
        const Bytes entry = score->rejected ? opened.prepared->quarantine_entry(owner)
                                            : opened.prepared->corpus_entry();
        PRAMANA_CHECK(corpus.append(entry));
        out.push_back({score->pay_1024, reasons_of(*score)});
    }
    return out;
}

}  // namespace pramana::bench
