// Scores and what is said of them.
#include "fakes.hpp"

#include "pramana/core/hex.hpp"

#include <stdexcept>

namespace pramana::pipeline {

namespace {

class FakePrepared final : public PreparedContribution {
  public:
    explicit FakePrepared(SecretBytes text) : text_{std::move(text)} {}
    [[nodiscard]] SecretBytes corpus_entry(const CorpusName&, const Address&, bool) const override {
        return SecretBytes::copy_of(text_.expose());
    }
    [[nodiscard]] ContentHashes content() const override {
        const Hash32 hash = hash_of(as_text(text_.expose()));
        return {.text = hash, .leaves = {hash}};
    }

  private:
    SecretBytes text_;
};

Hash32 chained(const Hash32& root, std::string_view entry) {
    Sha256 hash;
    hash.update(root.view());
    hash.update(entry);
    return hash.finish();
}

}  // namespace

Result<std::unique_ptr<PreparedContribution>> FakeScore::prepare(
    const Hash32&, SecretBytes opened, const std::optional<Hash32>& seed) {
    const std::string_view text = as_text(opened.expose());
    if (text.starts_with("?long")) {
        if (!seed) return Error{Errc::kSeedNeeded, "fake.score"};
        const std::lock_guard lock{mutex_};
        seeds.push_back(*seed);
    }
    if (text == "?format") return Error{Errc::kUnknownFormat, "fake.score"};
    if (text == "?kind") return Error{Errc::kFormatNotAccepted, "fake.score"};
    if (text == "?part") return Error{Errc::kPartMissing, "fake.score"};
    if (text == "?forged") return Error{Errc::kNotAuthentic, "fake.score"};
    if (text == "?large") return Error{Errc::kTooLarge, "fake.score"};
    if (text == "?short") return Error{Errc::kTooFewTokens, "fake.score"};
    if (text == "?throws") throw std::runtime_error{"a bug in the scorer"};
    return std::unique_ptr<PreparedContribution>{std::make_unique<FakePrepared>(std::move(opened))};
}

void FakeScore::reset(const CorpusName& corpus) {
    const std::lock_guard lock{mutex_};
    logs_[corpus] = Log{{}, chained(corpus.id, std::to_string(corpus.epoch))};
}

void FakeScore::restore(const CorpusName& corpus) {
    reset(corpus);
    for (const std::string& entry : kept)
        PRAMANA_CHECK(append(corpus, SecretBytes::copy_of(as_bytes_view(entry))).has_value());
    appends = 0;
}

CorpusState FakeScore::state(const CorpusName& corpus) {
    const std::lock_guard lock{mutex_};
    const Log& log = logs_.at(corpus);
    return {log.entries.size(), log.root};
}

Result<ScoreFacts> FakeScore::score(const CorpusName& corpus, const Hash32&,
                                    const PreparedContribution& contribution,
                                    const Address& owner) {
    if (device_losses.load() > 0) {
        --device_losses;
        return Error{Errc::kDeviceLost, "fake.score"};
    }
    const SecretBytes entry = contribution.corpus_entry(corpus, owner, false);
    const std::string text{as_text(entry.expose())};
    if (text == "?score_throws") throw std::runtime_error{"a bug in the search"};
    const std::lock_guard lock{mutex_};
    const std::vector<std::string>& known = logs_.at(corpus).entries;
    const bool copy = std::find(known.begin(), known.end(), text) != known.end();
    ScoreFacts facts;
    facts.chunks = 1;
    facts.mass = 10'000;
    facts.novel_mass = copy ? 0 : 10'000;
    facts.uniqueness_q16 = copy ? 0 : 65'536;
    facts.quality_q16 = 32'768;
    facts.pay_1024 = copy ? 0 : 100;
    facts.mass_by_cause[copy ? 1 : 0] = 10'000;
    if (copy) facts.reasons = {"exact_copy"};
    facts.trace = hash_of(text);
    return facts;
}

Status FakeScore::append(const CorpusName& corpus, const SecretBytes& entry) {
    const std::lock_guard lock{mutex_};
    ++appends;
    Log& log = logs_.at(corpus);
    log.entries.emplace_back(as_text(entry.expose()));
    log.root = chained(log.root, log.entries.back());
    return Done{};
}

// ------------------------------------------------------------------------------------------

Result<Bytes> FakeEvidence::binding_document(const BindingFacts& facts) {
    const std::lock_guard lock{mutex_};
    facts_[facts.job] = facts;
    return bytes_of("{\"job\":" + std::to_string(number(facts.job)) +
                    ",\"pay\":" + std::to_string(facts.result.pay_1024) + "}");
}

Result<std::string> FakeEvidence::attestation(ByteView challenge) {
    return "{\"challenge\":\"" + to_hex(challenge) + "\"}";
}

BindingFacts FakeEvidence::facts_of(JobId job) const {
    const std::lock_guard lock{mutex_};
    return facts_.at(job);
}

}  // namespace pramana::pipeline
