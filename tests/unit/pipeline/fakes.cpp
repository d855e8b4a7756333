#include "fakes.hpp"

#include "pramana/core/endian.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/pipeline/crash_point.hpp"

#include <fstream>
#include <sstream>
#include <stdexcept>

namespace pramana::pipeline {

Hash32 hash_of(std::string_view text) {
    Sha256 hash;
    hash.update(text);
    return hash.finish();
}

Bytes bytes_of(std::string_view text) { return {text.begin(), text.end()}; }

Word256 wei(std::uint64_t value) {
    Word256 out;
    store_be(value, out.bytes.data() + 24);
    return out;
}

// ------------------------------------------------------------------------------------------

Result<ChainJob> FakeChain::job(JobId id) {
    const std::lock_guard lock{mutex_};
    if (down) return Error{*down, "fake.chain"};
    const auto found = jobs.find(id);
    return found == jobs.end() ? ChainJob{} : found->second;
}

Result<ChainFile> FakeChain::file(FileId id) {
    const std::lock_guard lock{mutex_};
    if (down) return Error{*down, "fake.chain"};
    const auto found = files.find(id);
    if (found == files.end()) return Error{Errc::kFileNotFound, "fake.chain"};
    return found->second;
}

Result<std::string> FakeChain::permission(FileId file, const Address& account) {
    const std::lock_guard lock{mutex_};
    if (down) return Error{*down, "fake.chain"};
    const auto found = permissions.find({file, account});
    return found == permissions.end() ? std::string{} : found->second;
}

Result<ChainDlp> FakeChain::dlp(const Address& address) {
    const std::lock_guard lock{mutex_};
    if (down) return Error{*down, "fake.chain"};
    return dlps.at(address);
}

Result<ChainHead> FakeChain::head() {
    const std::lock_guard lock{mutex_};
    if (down) return Error{*down, "fake.chain"};
    return ChainHead{.number = 1, .unix_s = 1};
}

void FakeChain::send(JobId job, const Hash32& tx_hash) {
    const std::lock_guard lock{mutex_};
    sent_[job].insert(tx_hash);
    if (!log.empty())
        std::ofstream{log, std::ios::app} << "send " << number(job) << ' ' << to_hex(tx_hash.view())
                                          << std::endl;
}

void FakeChain::complete(JobId job) {
    const std::lock_guard lock{mutex_};
    jobs[job].status = ChainJobStatus::kCompleted;
    if (!log.empty()) std::ofstream{log, std::ios::app} << "done " << number(job) << std::endl;
}

void FakeChain::load() {
    std::ifstream in{log};
    std::string what;
    std::uint64_t job = 0;
    while (in >> what >> job) {
        std::string tx_hash;
        if (what == "done")
            jobs[JobId{job}].status = ChainJobStatus::kCompleted;
        else if (in >> tx_hash)
            sent_[JobId{job}].insert(*fixed_from_hex<Hash32>(tx_hash));
    }
}

std::size_t FakeChain::sent(JobId job) const {
    const std::lock_guard lock{mutex_};
    const auto found = sent_.find(job);
    return found == sent_.end() ? 0 : found->second.size();
}

void FakeChain::change(const std::function<void(FakeChain&)>& edit) {
    const std::lock_guard lock{mutex_};
    edit(*this);
}

// ------------------------------------------------------------------------------------------

Status FakeProofs::submit(const ProofCall& call) {
    const std::lock_guard lock{mutex_};
    if (refuse) return Error{*refuse, "fake.proofs"};
    Result<std::optional<store::SlotRecord>> bound = store_.slots(Address{}).slot_of(call.job);
    if (!bound) return bound.error();
    if (*bound && (*bound)->state != store::SlotState::kVoided) return Done{};
    if (chain_.job(call.job)->status != ChainJobStatus::kSubmitted)
        return Error{Errc::kJobNotOpen, "fake.proofs"};
    const Result<std::optional<std::uint64_t>> highest = store_.slots(Address{}).highest_nonce();
    if (!highest) return highest.error();
    store::SlotRecord slot;
    slot.tx_nonce = *highest ? **highest + 1 : 0;
    slot.jobs = {{call.job, call.file, {}}};
    store::SlotAttempt attempt;
    attempt.raw = bytes_of(std::to_string(slot.tx_nonce) + call.metadata);
    attempt.tx_hash = hash_of(as_text(attempt.raw));
    slot.attempts.push_back(attempt);
    PRAMANA_TRY(store_.slots(Address{}).bind(slot));
    crash_point("after_sign");
    calls.push_back(call);
    chain_.send(call.job, attempt.tx_hash);
    PRAMANA_TRY(
        store_.slots(Address{}).set_state(slot.tx_nonce, store::SlotState::kSent, std::nullopt));
    crash_point("after_send");
    return Done{};
}

Result<ProofProgress> FakeProofs::progress(JobId job) {
    const Result<std::optional<store::SlotRecord>> slot = store_.slots(Address{}).slot_of(job);
    if (!slot) return slot.error();
    if (!*slot) return ProofProgress{};
    static constexpr ProofState kStates[] = {ProofState::kSigned, ProofState::kSent,
                                             ProofState::kIncluded, ProofState::kFinal,
                                             ProofState::kReverted};
    ProofProgress progress;
    progress.state = kStates[static_cast<std::size_t>((*slot)->state)];
    progress.tx_hash = (*slot)->attempts.back().tx_hash;
    if ((*slot)->inclusion && !(*slot)->inclusion->landed.empty())
        progress.proof_index = (*slot)->inclusion->landed.front().proof_index;
    return progress;
}

store::SlotInclusion FakeProofs::inclusion_of(const store::SlotRecord& slot) {
    store::SlotInclusion inclusion;
    inclusion.block_number = 10;
    inclusion.tx_hash = slot.attempts.back().tx_hash;
    inclusion.succeeded = true;
    inclusion.landed = {{slot.jobs.front().job, 1}};
    return inclusion;
}

void FakeProofs::set(JobId job, store::SlotState state,
                     std::optional<store::SlotInclusion> inclusion) {
    const std::lock_guard lock{mutex_};
    const auto slot = *store_.slots(Address{}).slot_of(job);
    if (!slot || !store_.slots(Address{}).set_state(slot->tx_nonce, state, inclusion))
        throw std::logic_error{"no open slot to set"};
}

void FakeProofs::mine() {
    const std::lock_guard lock{mutex_};
    const Result<std::vector<store::SlotRecord>> open = store_.slots(Address{}).open_slots();
    if (!open) throw std::logic_error{"open slots cannot be read"};
    for (const store::SlotRecord& slot : *open) {
        chain_.send(slot.jobs.front().job, slot.attempts.back().tx_hash);  // again: the same bytes
        const bool included = slot.state == store::SlotState::kIncluded;
        const auto next = included ? store::SlotState::kFinal : store::SlotState::kIncluded;
        if (!store_.slots(Address{}).set_state(slot.tx_nonce, next, inclusion_of(slot)))
            throw std::logic_error{"an open slot cannot be moved"};
        chain_.change([&](FakeChain& chain) {
            chain.jobs[slot.jobs.front().job].status = ChainJobStatus::kCompleted;
        });
    }
}

// ------------------------------------------------------------------------------------------

Bytes envelope_of(const VerifiedIntent& intent, std::string_view key) {
    std::ostringstream out;
    out << "envelope " << intent.chain_id << ' ' << to_hex(intent.dlp.view()) << ' '
        << to_hex(intent.ruleset.view()) << ' ' << to_hex(intent.sealed_sha256.view()) << ' '
        << intent.expires_unix_s << ' ' << to_hex(intent.wallet.view()) << ' ' << key;
    return bytes_of(out.str());
}

Bytes sealed_file(std::string_view key, std::string_view content) {
    return bytes_of("sealed:" + std::string{key} + "#" + std::string{content});
}

std::string key_of_wallet(const Address& wallet) { return "sig:" + to_hex(wallet.view()); }

namespace {

struct ParsedEnvelope {
    VerifiedIntent intent;
    std::string key;
};

Result<ParsedEnvelope> parse(ByteView envelope) {
    std::istringstream in{std::string{as_text(envelope)}};
    std::string magic;
    std::string dlp;
    std::string ruleset;
    std::string sealed;
    std::string wallet;
    ParsedEnvelope parsed;
    in >> magic >> parsed.intent.chain_id >> dlp >> ruleset >> sealed >>
        parsed.intent.expires_unix_s >> wallet >> parsed.key;
    if (magic == "forged") return Error{Errc::kIntentSignature, "fake.opener"};
    if (magic != "envelope" || in.fail()) return Error{Errc::kMalformedEnvelope, "fake.opener"};
    parsed.intent.dlp = *fixed_from_hex<Address>(dlp);
    parsed.intent.ruleset = *fixed_from_hex<Hash32>(ruleset);
    parsed.intent.sealed_sha256 = *fixed_from_hex<Hash32>(sealed);
    parsed.intent.wallet = *fixed_from_hex<Address>(wallet);
    return parsed;
}

}  // namespace

Result<VerifiedIntent> FakeOpener::verify_envelope(ByteView envelope) {
    const Result<ParsedEnvelope> parsed = parse(envelope);
    if (!parsed) return parsed.error();
    return parsed->intent;
}

Result<FileKey> FakeOpener::open_envelope(ByteView envelope) {
    const Result<ParsedEnvelope> parsed = parse(envelope);
    if (!parsed) return parsed.error();
    if (parsed->key == "foreign") return Error{Errc::kKeyNotForUs, "fake.opener"};
    return FileKey{SecretBytes::copy_of(as_bytes_view(parsed->key)), std::nullopt};
}

Result<SecretBytes> FakeOpener::open_key(ByteView encrypted_key) {
    const std::string_view text = as_text(encrypted_key);
    if (!text.starts_with("to-us:")) return Error{Errc::kKeyNotForUs, "fake.opener"};
    return SecretBytes::copy_of(as_bytes_view(text.substr(6)));
}

Result<Address> FakeOpener::signer_of(const SecretBytes& key, std::string_view) {
    const std::string_view text = as_text(key.expose());
    if (!text.starts_with("sig:")) return Error{Errc::kMalformedKey, "fake.opener"};
    return fixed_from_hex<Address>(text.substr(4, 40));
}

Result<bool> FakeOpener::matches_permission(const SecretBytes& key, const PermissionSecret&,
                                            std::string_view dlp_public_key,
                                            std::string_view permission) {
    return permission == std::string{dlp_public_key} + "|" + std::string{as_text(key.expose())};
}

KeyedHashes FakeOpener::keyed_hashes(const SecretBytes&, FileId, const ContentHashes& content) {
    return {.text = content.text, .trace = content.leaves.front()};
}

Result<SecretBytes> FakeOpener::decrypt(ByteView sealed, const SecretBytes& key) {
    ++decryptions;
    const std::string_view text = as_text(sealed);
    const std::string_view wanted = as_text(key.expose());
    const std::size_t hash = text.find('#');
    if (!text.starts_with("sealed:") || hash == std::string_view::npos)
        return Error{Errc::kMalformedMessage, "fake.opener"};
    if (text.substr(7, hash - 7) != wanted) return Error{Errc::kWrongPassword, "fake.opener"};
    const std::string_view content = text.substr(hash + 1);
    if (content == "!bomb") return Error{Errc::kDecompressionLimit, "fake.opener"};
    if (content == "!altered") return Error{Errc::kAuthTagMismatch, "fake.opener"};
    if (content == "!argon2") return Error{Errc::kUnsupportedPacket, "fake.opener"};
    return SecretBytes::copy_of(as_bytes_view(content));
}

// ------------------------------------------------------------------------------------------

Result<Bytes> FakeFetch::fetch(std::string_view url, std::size_t bytes_max) {
    ++fetches;
    if (fails) return Error{*fails, "fake.fetch"};
    const auto found = pages.find(url);
    if (found == pages.end()) return Error{Errc::kFetchFailed, "fake.fetch"};
    if (found->second.size() > bytes_max) return Error{Errc::kFetchTooLarge, "fake.fetch"};
    return found->second;
}

Bytes FakeVault::seal(const SecretBytes& opened, std::string_view place) {
    Bytes out;
    append_be(out, static_cast<std::uint32_t>(place.size()));
    append(out, place);
    for (const std::uint8_t byte : opened.expose())
        out.push_back(static_cast<std::uint8_t>(byte ^ 0x5AU));
    return out;
}

Result<SecretBytes> FakeVault::open(ByteView sealed, std::string_view place) {
    if (sealed.size() < 4 + place.size() || load_be<std::uint32_t>(sealed.data()) != place.size() ||
        as_text(sealed.subspan(4, place.size())) != place)
        return Error{Errc::kAuthTagMismatch, "fake.vault"};
    Bytes opened{sealed.begin() + 4 + static_cast<std::ptrdiff_t>(place.size()), sealed.end()};
    for (std::uint8_t& byte : opened) byte = static_cast<std::uint8_t>(byte ^ 0x5AU);
    return SecretBytes::copy_of(opened);
}

// ------------------------------------------------------------------------------------------

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

Result<std::unique_ptr<PreparedContribution>> FakeScore::prepare(const Hash32&,
                                                                 SecretBytes opened) {
    const std::string_view text = as_text(opened.expose());
    if (text == "?format") return Error{Errc::kUnknownFormat, "fake.score"};
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
