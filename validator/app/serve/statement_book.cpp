#include "statement_book.hpp"

#include "pramana/core/json.hpp"
#include "pramana/core/sha256.hpp"
#include "pramana/os/log.hpp"

namespace pramana::app {
namespace {

constexpr std::chrono::seconds kLookEvery{30};
constexpr std::chrono::seconds kRetryEvery{60};
constexpr std::chrono::seconds kGpuPatience{600};
constexpr std::size_t kGpuCollateralBytesMax = std::size_t{256} << 10U;

/// Without what changes by itself.
evidence::Statement terms_of(evidence::Statement statement) {
    statement.anchor.reset();
    statement.sequence = 0;
    statement.previous.reset();
    for (evidence::StatedDlp& dlp : statement.dlps) {
        dlp.corpus_root = Hash32{};
        dlp.corpus_size = 0;
    }
    return statement;
}

/// One object of what endorses the processor and what endorses the GPUs. Old evidence is judged as
/// of its time: the younger of the two, when both were had.
std::string joined(const std::optional<std::string>& cpu, const std::string& gpus,
                   std::int64_t gpus_unix_s) {
    auto fetched = static_cast<std::uint64_t>(gpus_unix_s);
    std::string members;
    const std::string known = cpu.value_or("{}");  // what is read below borrows from it
    const Result<JsonView> root = read_json(known);
    for (const JsonView::Member& member :
         root ? root->members() : std::vector<JsonView::Member>{}) {
        if (member.name == "fetched_unix_s")
            fetched = std::max(fetched, member.value.whole_number().value_or(0));
        else
            members += ',' + json_quoted(member.name) + ':' + std::string{member.value.raw()};
    }
    return "{\"fetched_unix_s\":" + std::to_string(fetched) + members + ",\"nvidia\":" + gpus + '}';
}

bool same_corpora(const evidence::Statement& a, const evidence::Statement& b) {
    return std::ranges::equal(a.dlps, b.dlps, {}, &evidence::StatedDlp::corpus_root,
                              &evidence::StatedDlp::corpus_root);
}

}  // namespace

StatementBook::StatementBook(Parts parts, evidence::Statement terms, std::string key_evidence)
    : parts_{std::move(parts)},
      terms_{std::move(terms)},
      key_evidence_{std::move(key_evidence)},
      gpu_patience_{parts_.clock.steady() + kGpuPatience} {}

Result<evidence::Statement> StatementBook::with_corpora() const {
    evidence::Statement statement = terms_;
    for (evidence::StatedDlp& dlp : statement.dlps) {
        const Result<store::CorpusHead> head =
            parts_.corpora.head({.id = dlp.corpus_id, .epoch = dlp.corpus_epoch});
        if (!head) return head.error();
        if (head->size == 0) continue;  // the terms have the root of an empty corpus
        dlp.corpus_root = head->root;
        dlp.corpus_size = head->size;
    }
    return statement;
}

Status StatementBook::open() {
    const std::lock_guard one_at_a_time{adding_};
    const Result<std::optional<store::StatementRecord>> newest = parts_.archive.newest_statement();
    if (!newest) return newest.error();
    Result<evidence::Statement> next = with_corpora();
    if (!next) return next.error();
    if (!*newest) return add(*newest, *std::move(next));
    const Result<Bytes> text = parts_.archive.get((*newest)->statement);
    if (!text) return text.error();
    Result<evidence::Statement> known = evidence::parse_statement(as_text(*text));
    // One of an older format is a predecessor like any other.
    if (!known || terms_of(*known) != terms_of(terms_)) return add(*newest, *std::move(next));
    Result<evidence::AttestationParts> taken =
        parts_.desk.take(std::string{as_text(*text)}, key_evidence_, {});
    if (!taken) return taken.error();
    publish(**newest, *std::move(known), *std::move(taken));
    return Done{};
}

Status StatementBook::add(const std::optional<store::StatementRecord>& newest,
                          evidence::Statement next) {
    next.anchor = parts_.anchor();
    next.sequence = newest ? newest->sequence + 1 : 0;
    if (newest) next.previous = newest->statement;
    const Result<std::string> text = evidence::to_canonical_json(next);
    if (!text) return text.error();
    Result<evidence::AttestationParts> taken = parts_.desk.take(*text, key_evidence_, {});
    if (!taken) return taken.error();
    const std::string evidence = evidence::to_json(*taken);
    const store::StatementRecord record{.statement = evidence::statement_hash(*text),
                                        .sequence = next.sequence,
                                        .evidence = sha256(evidence),
                                        .taken_unix_s = taken->taken_unix_s};
    PRAMANA_TRY(
        parts_.archive.add_statement(record, as_bytes_view(*text), as_bytes_view(evidence)));
    publish(record, std::move(next), *std::move(taken));
    return Done{};
}

void StatementBook::publish(const store::StatementRecord& record, evidence::Statement statement,
                            evidence::AttestationParts parts) {
    const std::lock_guard lock{mutex_};
    parts.collateral = collateral_;
    parts_.desk.publish(std::move(parts));
    log::info("app.statement", {{"hash", record.statement}, {"sequence", record.sequence}});
    record_ = record;
    statement_ = std::move(statement);
    attach_collateral();
}

bool StatementBook::is_due(const evidence::Statement& now_it_would_be) const {
    const std::lock_guard lock{mutex_};
    if (!statement_.anchor) return true;
    return parts_.every.count() > 0 && !same_corpora(statement_, now_it_would_be) &&
           parts_.clock.unix_s() - record_->taken_unix_s >= parts_.every.count();
}

void StatementBook::round() {
    const std::lock_guard one_at_a_time{adding_};
    if (parts_.clock.steady() < look_again_) return;
    look_again_ = parts_.clock.steady() + kLookEvery;
    {
        const std::lock_guard lock{mutex_};
        attach_collateral();
    }
    Result<evidence::Statement> next = with_corpora();
    if (!next || !is_due(*next)) return;
    const bool anchored = [&] {
        const std::lock_guard lock{mutex_};
        return statement_.anchor.has_value();
    }();
    if (!anchored && !parts_.anchor()) return;
    const Result<std::optional<store::StatementRecord>> newest = parts_.archive.newest_statement();
    const Status added = newest ? add(*newest, *std::move(next)) : newest.error();
    if (added) return;
    log::warn("app.statement.waits", {{"error", added.error()}});
    look_again_ = parts_.clock.steady() + kRetryEvery;
}

Hash32 StatementBook::current() const {
    const std::lock_guard lock{mutex_};
    PRAMANA_CHECK(record_.has_value());
    return record_->statement;
}

void StatementBook::set_collateral(const std::string& collateral) {
    const std::lock_guard lock{mutex_};
    cpu_collateral_ = collateral;
    renew_collateral();
}

void StatementBook::set_gpu_collateral(const std::string& nvidia) {
    const std::lock_guard lock{mutex_};
    if (gpu_collateral_ == nvidia) return;
    if (nvidia.size() > kGpuCollateralBytesMax)
        return log::warn("app.statement.gpu_collateral", {{"bytes", nvidia.size()}});
    gpu_collateral_ = nvidia;
    gpu_collateral_unix_s_ = parts_.clock.unix_s();
    renew_collateral();
}

/// With mutex_ held.
void StatementBook::renew_collateral() {
    collateral_ = cpu_collateral_;
    if (gpu_collateral_)
        collateral_ = joined(cpu_collateral_, *gpu_collateral_, gpu_collateral_unix_s_);
    parts_.desk.set_collateral(collateral_);
    attach_collateral();
}

/// With mutex_ held. A statement keeps the first that it is given, so that of the GPUs is waited
/// for.
void StatementBook::attach_collateral() {
    if (!record_ || !collateral_ || attached_to_ == record_->statement) return;
    const bool complete = !parts_.gpus || (cpu_collateral_ && gpu_collateral_);
    if (!complete && parts_.clock.steady() < gpu_patience_) return;
    const Status kept =
        parts_.archive.attach_collateral(record_->statement, as_bytes_view(*collateral_));
    if (kept)
        attached_to_ = record_->statement;
    else
        log::warn("app.statement.collateral", {{"error", kept.error()}});
}

Result<std::string> StatementBook::archived(const Hash32& statement) {
    const Result<store::StatementRecord> record = parts_.archive.statement(statement);
    if (!record) return record.error();
    const Result<Bytes> evidence = parts_.archive.get(record->evidence);
    if (!evidence) return evidence.error();
    Result<evidence::AttestationParts> parts = evidence::read_attestation(as_text(*evidence));
    if (!parts) return std::string{as_text(*evidence)};  // of an older format: as it was kept
    if (record->collateral) {
        const Result<Bytes> collateral = parts_.archive.get(*record->collateral);
        if (!collateral) return collateral.error();
        parts->collateral = std::string{as_text(*collateral)};
    }
    return evidence::to_json(*parts);
}

}  // namespace pramana::app
