#include "verify_judge.hpp"

#include "failure.hpp"
#include "instruction.hpp"
#include "pramana/chain/address.hpp"
#include "pramana/chain/proof_digest.hpp"
#include "pramana/chain/uint256.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/core/sha256.hpp"

namespace pramana::app {
namespace {

constexpr std::uint64_t kWadPerPay = chain::kScoreWadOne / 1024;

bool is_lower_hex64(std::string_view text) noexcept {
    return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == text.npos;
}

/// Collects the verdicts, in the order in which a person would ask.
class Judgement {
  public:
    explicit Judgement(const VerifyFacts& facts) : facts_{facts} {}

    std::vector<Check> run() {
        if (!facts_.file) {
            add("file_exists", false, "the file is registered",
                "the registry has no file " + std::to_string(number(facts_.at.file)));
            return std::move(checks_);
        }
        add("file_exists", true, "the file is registered",
            "owner " + chain::to_checksum(facts_.file->owner));
        add("proof_exists", facts_.proof.has_value(), "a proof is stored for it",
            "index " + std::to_string(facts_.at.proof_index));
        if (!facts_.proof) return std::move(checks_);
        chain_checks();
        content_checks();
        document_checks();
        return std::move(checks_);
    }

  private:
    void add(std::string_view name, bool ok, std::string_view sentence, std::string detail) {
        checks_.push_back(
            {name, ok ? Verdict::kOk : Verdict::kFailed, sentence, printable(detail)});
    }
    void note(std::string_view name, std::string_view sentence, std::string detail) {
        checks_.push_back({name, Verdict::kNote, sentence, printable(detail)});
    }

    void chain_checks() {
        const std::optional<Address> signer = signer_of(facts_);
        add("signature", signer.has_value(), "the proof carries a valid signature",
            signer ? "by " + chain::to_checksum(*signer) : "it recovers to nobody");
        if (signer)
            add("signer_is_tee", facts_.signer_is_tee, "the signer is an active TEE of the pool",
                chain::to_checksum(*signer));
        add("dlp_pool", facts_.dlp_pool == facts_.at.tee_pool, "the DLP trusts this pool",
            chain::to_checksum(facts_.dlp_pool));
        const std::string& instruction = facts_.proof->content.instruction;
        add("instruction", instruction == facts_.dlp_instruction,
            "the proof follows the DLP's instruction", instruction);
        const Result<ProofInstruction> parsed = parse_instruction(instruction);
        add("instruction_form",
            parsed && parsed->chain_id == facts_.at.chain_id && parsed->dlp == facts_.at.dlp,
            "the instruction names this chain, this DLP and a ruleset",
            parsed ? "ruleset " + to_hex(parsed->ruleset.view()) : "not of the form pramana:1");
    }

    void content_checks() {
        const chain::ProofData& content = facts_.proof->content;
        const Word256& score = content.score;
        add("score_range", score <= chain::to_word(chain::kScoreWadOne), "the score is not above 1",
            chain::to_decimal(score) + " / 10^18");
        const Result<std::uint64_t> narrow = chain::to_u64(score);
        add("score_steps", narrow && *narrow % kWadPerPay == 0,
            "the score is a whole number of 1/1024",
            narrow && *narrow % kWadPerPay == 0 ? std::to_string(*narrow / kWadPerPay) + " / 1024"
                                                : chain::to_decimal(score) + " / 10^18");
        add("metadata", is_lower_hex64(content.metadata),
            "the proof carries the hash of a document", content.metadata);
        add("proof_url",
            is_lower_hex64(content.metadata) &&
                content.proof_url.ends_with("/v1/proofs/" + content.metadata),
            "the proof's URL ends with this hash", content.proof_url);
    }

    void document_checks() {
        const Fetched& fetched = facts_.document;
        add("document_read", fetched.bytes.has_value(), "the document can be read",
            fetched.bytes ? std::to_string(fetched.bytes->size()) + " bytes" : fetched.problem);
        if (!fetched.bytes) return;
        const std::string digest = to_hex(sha256(*fetched.bytes).view());
        add("document_hash", digest == facts_.proof->content.metadata,
            "the document has the hash that the proof carries", digest);
        const Result<chain::BindingDocument> parsed =
            chain::parse_binding_document(as_text(*fetched.bytes));
        add("document_form", parsed.has_value(), "the document has the canonical form",
            parsed ? "pramana:binding:1" : "it does not parse as pramana:binding:1");
        if (!parsed) return;
        place_checks(*parsed);
        bound_checks(*parsed);
        sealed_check(*parsed);
        statement_note(*parsed);
    }

    void place_checks(const chain::BindingDocument& document) {
        add("document_chain", document.chain_id == facts_.at.chain_id,
            "the document names this chain", std::to_string(document.chain_id));
        const auto same = [this](std::string_view name, std::string_view sentence,
                                 const Address& said, const Address& is) {
            add(name, said == is, sentence, chain::to_checksum(said));
        };
        same("document_registry", "the document names this registry", document.data_registry,
             facts_.at.data_registry);
        same("document_pool", "the document names this pool", document.tee_pool,
             facts_.at.tee_pool);
        same("document_dlp", "the document names this DLP", document.dlp, facts_.at.dlp);
        add("document_file", document.file == facts_.at.file, "the document names this file",
            std::to_string(number(document.file)));
        add("document_url", document.file_url == facts_.file->url,
            "the document names the registered URL", document.file_url);
    }

    void bound_checks(const chain::BindingDocument& document) {
        const std::string job = "job " + std::to_string(number(document.job));
        const bool known = facts_.job && facts_.job->status != chain::JobStatus::kNone;
        add("job_of_file", known && facts_.job->file == facts_.at.file,
            "the document's job was paid for this file", job);
        add("job_completed", known && facts_.job->status == chain::JobStatus::kCompleted,
            "this job is completed", job);
        const Result<ProofInstruction> parsed =
            parse_instruction(facts_.proof->content.instruction);
        add("document_ruleset", parsed && document.ruleset_digest == parsed->ruleset,
            "the document names the instruction's ruleset", to_hex(document.ruleset_digest.view()));
        const std::uint32_t pay = document.score.pay_1024;
        add("document_score",
            pay <= 1024 && chain::to_word(pay * kWadPerPay) == facts_.proof->content.score,
            "the score is the one in the document", std::to_string(pay) + " / 1024");
        if (document.sample)
            add("sample_seed", facts_.submission_block == document.sample->block_hash,
                "the sample was drawn with the block that the job was submitted in",
                std::to_string(document.sample->block_number));
    }

    /// The sealed file may be gone (it is kept for a while only); other bytes are a lie.
    void sealed_check(const chain::BindingDocument& document) {
        constexpr std::string_view kSentence = "the file at the registered URL is the one proved";
        if (facts_.sealed_sha256)
            add("sealed_hash", *facts_.sealed_sha256 == document.ciphertext_sha256, kSentence,
                to_hex(facts_.sealed_sha256->view()));
        else
            note("sealed_hash", "the file at the registered URL was not compared",
                 facts_.sealed_problem);
    }

    void statement_note(const chain::BindingDocument& document) {
        const std::string hash = to_hex(document.statement_hash.view());
        if (!facts_.statement_hash)
            note("statement", "the validator's statement was not compared", hash);
        else if (*facts_.statement_hash == document.statement_hash)
            note("statement", "the validator still makes the statement behind this proof", hash);
        else
            note("statement", "the validator makes another statement now", hash);
    }

    const VerifyFacts& facts_;
    std::vector<Check> checks_;
};

}  // namespace

std::vector<Check> judge(const VerifyFacts& facts) { return Judgement{facts}.run(); }

std::optional<Address> signer_of(const VerifyFacts& facts) {
    if (!facts.file || !facts.proof) return std::nullopt;
    const Result<Address> signer = chain::recover_attestator(facts.file->url, *facts.proof);
    if (!signer) return std::nullopt;
    return *signer;
}

}  // namespace pramana::app
