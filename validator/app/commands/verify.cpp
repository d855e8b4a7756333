#include "verify.hpp"

#include "chain_access.hpp"
#include "options.hpp"
#include "pramana/chain/address.hpp"
#include "pramana/chain_rpc/watcher.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/core/json.hpp"
#include "pramana/core/sha256.hpp"
#include "pramana/core/test_chains.hpp"
#include "pramana/evidence/attestation.hpp"
#include "pramana/net/fetcher.hpp"
#include "pramana/net/url.hpp"
#include "read_values.hpp"
#include "verify_judge.hpp"

#include <cstdio>

namespace pramana::app {
namespace {

constexpr std::size_t kSealedBytesMax = std::size_t{256} << 20U;
constexpr int kExitFailed = 1;

constexpr Option kOptions[] = {
    {"rpc", "URL", "an Ethereum node of the chain", true},
    {"registry", "0x..", "address of DataRegistry", true},
    {"pool", "0x..", "address of TeePool", true},
    {"dlp", "0x..", "address of the DLP that the file was given to", true},
    {"file-id", "N", "the file's number in the registry", true},
    {"proof-index", "I", "which of its proofs, counted from 1", true},
    {"job-event", "EVENT",
     "how the pool announces a job, where it is not today's: chain.job_event\nof the validator's "
     "configuration"},
    {"job-layout", "MEMBERS", "what its jobs(id) returns, likewise: chain.job_layout"},
    {"allow-plain-http", "", "follow http:// and private addresses; for a chain of your own"},
    {"json", "", "print one JSON object instead of lines"},
    {"ca-file", "FILE", "trust these PEM certificates too"},
};
constexpr Command kCommand{
    .name = "verify",
    .summary = "Judges a proof with nothing but the chain and the document behind it.",
    .operands = "",
    .operands_min = 0,
    .operands_max = 0,
    .options = kOptions,
    .more =
        "Each line is one check: ok, FAILED, or note for what a proof need not have.\n"
        "Exit: 0 every check holds, 1 one fails, 64 usage, 69 the chain cannot be read.\n",
};

struct Order {
    std::string rpc_url;
    std::string ca_file;
    ProofAddress at;
    chain_rpc::JobEvent job_event;
    chain::tee_pool::JobLayout job_layout;
    bool allow_plain_http = false;
    bool json = false;
};

/// The order, or the sentence for a usage error.
std::variant<Order, std::string> read_order(const Arguments& arguments) {
    Result<chain_rpc::JobEvent> event =
        chain_rpc::JobEvent::parse(arguments.text("job-event").value_or(""));
    if (!event)
        return "--job-event is no event of job, file, worker and bid, such as "
               "JobSubmitted(uint256 indexed,uint256 indexed,address,uint256)";
    Result<chain::tee_pool::JobLayout> layout =
        chain::tee_pool::JobLayout::parse(arguments.text("job-layout").value_or(""));
    if (!layout)
        return "--job-layout is no list of members in parentheses, with fileId, status and "
               "teeAddress";
    Order order{.rpc_url = {},
                .ca_file = {},
                .at = {},
                .job_event = *std::move(event),
                .job_layout = *std::move(layout)};
    ValueReader values{arguments};
    order.rpc_url = values.url("rpc");
    order.ca_file = arguments.text("ca-file").value_or("");
    order.at.data_registry = values.address("registry");
    order.at.tee_pool = values.address("pool");
    order.at.dlp = values.address("dlp");
    order.at.file = FileId{values.whole_number("file-id")};
    order.at.proof_index = values.whole_number("proof-index");
    order.allow_plain_http = arguments.has("allow-plain-http");
    order.json = arguments.has("json");
    if (!values.problem().empty()) return values.problem();
    return order;
}

/// Reads the facts in the order in which they lead to each other.
class FactReader {
  public:
    FactReader(const Order& order, const chain_rpc::ChainReader& reader)
        : order_{order}, reader_{reader} {
        facts_.at = order.at;
        facts_.at.chain_id = reader.rpc().chain_id();
    }

    Outcome<VerifyFacts> run() {
        const Result<chain::RegistryFile> file = reader_.file(order_.at.file);
        if (!file && file.error().code == Errc::kFileNotFound) return std::move(facts_);
        if (!file) return chain_failure(file.error(), "DataRegistry", order_.at.data_registry);
        facts_.file = *file;
        const Result<chain::Proof> proof =
            reader_.file_proof(order_.at.file, order_.at.proof_index);
        if (!proof && proof.error().code == Errc::kNotFound) return std::move(facts_);
        if (!proof) return chain_failure(proof.error(), "DataRegistry", order_.at.data_registry);
        facts_.proof = *proof;
        if (std::optional<Failure> failure = read_contracts()) return *std::move(failure);
        if (std::optional<Failure> failure = read_behind()) return *std::move(failure);
        return std::move(facts_);
    }

  private:
    std::optional<Failure> read_contracts() {
        const Result<Address> pool = reader_.dlp_tee_pool(order_.at.dlp);
        if (!pool) return chain_failure(pool.error(), "DLP", order_.at.dlp);
        facts_.dlp_pool = *pool;
        const Result<std::string> instruction = reader_.proof_instruction(order_.at.dlp);
        if (!instruction) return chain_failure(instruction.error(), "DLP", order_.at.dlp);
        facts_.dlp_instruction = *instruction;
        const std::optional<Address> signer = signer_of(facts_);
        if (!signer) return std::nullopt;
        const Result<Bytes> is_tee =
            call_view(reader_, order_.at.tee_pool, chain::tee_pool::is_tee(*signer));
        const Result<bool> active = is_tee ? chain::decode_bool(*is_tee) : is_tee.error();
        if (!active) return chain_failure(active.error(), "TeePool", order_.at.tee_pool);
        facts_.signer_is_tee = *active;
        return std::nullopt;
    }

    /// What lies behind the two URLs; strangers wrote both.
    std::optional<Failure> read_behind() {
        const std::string& proof_url = facts_.proof->content.proof_url;
        net::FetchPolicy policy;
        policy.bytes_max = kSealedBytesMax;
        policy.ca_file = order_.ca_file;
        if (order_.allow_plain_http)
            for (const std::string& text : {proof_url, facts_.file->url})
                if (const Result<net::Url> url = net::parse_url(text))
                    policy.allowed_private.push_back(url->host_port());
        const Result<std::unique_ptr<net::Fetcher>> fetcher =
            net::Fetcher::create(std::move(policy));
        if (!fetcher) return failure_of_certificates(fetcher.error(), order_.ca_file);

        Result<Bytes> document = (*fetcher)->fetch(proof_url, chain::kBindingDocumentBytesMax);
        if (document)
            facts_.document.bytes = *std::move(document);
        else
            facts_.document.problem = fetch_problem(document.error());
        if (std::optional<Failure> failure = read_job()) return failure;
        const Result<Bytes> sealed = (*fetcher)->fetch(facts_.file->url, kSealedBytesMax);
        if (sealed)
            facts_.sealed_sha256 = sha256(*sealed);
        else
            facts_.sealed_problem = fetch_problem(sealed.error());
        read_statement(**fetcher, proof_url);
        return std::nullopt;
    }

    [[nodiscard]] std::string fetch_problem(const Error& error) const {
        std::string problem{name_of(error.code)};
        if (error.code == Errc::kFetchForbidden && !order_.allow_plain_http)
            problem += ": plain http or a private address; --allow-plain-http permits it";
        if (error.code == Errc::kFetchFailed)
            problem += ": a validator serves it from the moment when the proof is final";
        return problem;
    }

    std::optional<Failure> read_job() {
        if (!facts_.document.bytes) return std::nullopt;
        const Result<chain::BindingDocument> document =
            chain::parse_binding_document(as_text(*facts_.document.bytes));
        if (!document) return std::nullopt;
        const Result<chain::TeeJob> job = reader_.job(document->job);
        if (!job) return chain_failure(job.error(), "TeePool", order_.at.tee_pool);
        facts_.job = *job;
        if (document->sample) read_submission(document->job, document->sample->block_number);
        return std::nullopt;
    }

    /// A node that does not have the block any more is no fault of the proof's, but nothing shows
    /// it.
    void read_submission(JobId job, std::uint64_t block_number) {
        const Result<chain_rpc::LogPage> page = reader_.logs({.address = order_.at.tee_pool,
                                                              .topic0 = order_.job_event.topic0(),
                                                              .from_block = block_number,
                                                              .to_block = block_number});
        if (!page) return;
        for (const chain_rpc::LogEntry& entry : page->logs) {
            const Result<chain::JobSubmitted> event = order_.job_event.decode(entry.log);
            if (event && event->job == job) facts_.submission_block = entry.block_hash;
        }
    }

    /// The attestation lies beside the proofs. That it cannot be read is no fault of the proof.
    void read_statement(net::Fetcher& fetcher, std::string_view proof_url) {
        const std::size_t cut = proof_url.rfind("/v1/proofs/");
        if (cut == proof_url.npos) return;
        const std::string url = std::string{proof_url.substr(0, cut)} + "/v1/attestation";
        const Result<Bytes> text = fetcher.fetch(url, evidence::kAttestationBytesMax);
        if (!text) return;
        const Result<evidence::AttestationParts> parts = evidence::read_attestation(as_text(*text));
        if (parts) facts_.statement_hash = evidence::statement_hash(parts->statement);
    }

    const Order& order_;
    const chain_rpc::ChainReader& reader_;
    VerifyFacts facts_;
};

std::string_view word_of(Verdict verdict) {
    switch (verdict) {
        case Verdict::kOk: return "ok";
        case Verdict::kFailed: return "FAILED";
        case Verdict::kNote: return "note";
    }
    return "";
}

std::string json_of(const ProofAddress& at, const std::vector<Check>& checks, bool ok) {
    std::string list = "[";
    for (const Check& check : checks) {
        if (list.size() > 1) list += ',';
        JsonObject row;
        row.text("name", check.name)
            .text("result", check.verdict == Verdict::kFailed ? "failed" : word_of(check.verdict))
            .text("sentence", check.sentence)
            .text("detail", check.detail);
        list += row.str();
    }
    JsonObject json;
    json.flag("ok", ok)
        .number("chain_id", at.chain_id)
        .number("file_id", number(at.file))
        .number("proof_index", at.proof_index)
        .raw("checks", list + ']');
    return json.str() + '\n';
}

std::string lines_of(const std::vector<Check>& checks) {
    std::string text;
    std::size_t failed = 0;
    std::size_t judged = 0;
    for (const Check& check : checks) {
        std::string word{word_of(check.verdict)};
        word.resize(8, ' ');
        text += word + std::string{check.sentence};
        if (!check.detail.empty()) text += ": " + check.detail;
        text += '\n';
        judged += check.verdict == Verdict::kNote ? 0 : 1;
        failed += check.verdict == Verdict::kFailed ? 1 : 0;
    }
    return text + (failed == 0 ? "verified: all " + std::to_string(judged) + " checks hold\n"
                               : "NOT VERIFIED: " + std::to_string(failed) + " of " +
                                     std::to_string(judged) + " checks failed\n");
}

}  // namespace

int run_verify(std::span<const std::string_view> args, bool development_program) {
    const Parsed parsed = parse_arguments(kCommand, args);
    if (!parsed.arguments) return usage_error(kCommand, parsed.problem);
    std::variant<Order, std::string> read = read_order(*parsed.arguments);
    if (const std::string* problem = std::get_if<std::string>(&read))
        return usage_error(kCommand, *problem);
    const Order& order = *std::get_if<Order>(&read);

    Outcome<ChainAccess> access = connect_chain(order.rpc_url,
                                                {.data_registry = order.at.data_registry,
                                                 .tee_pool = order.at.tee_pool,
                                                 .job_layout = order.job_layout},
                                                std::nullopt, order.ca_file);
    if (!access) return print_failure(access.failure());
    const std::uint64_t chain_id = access->chain_id();
    if (!development_program && is_test_chain(chain_id)) {
        Failure refused = failure_of(
            Errc::kNoTee,
            "Chain " + std::to_string(chain_id) +
                " is a local test chain: what was proved there has development evidence.",
            "Give the node of the DLP's own chain; pramana-dev judges proofs of test chains.");
        refused.exit_code = exit_code_of(Errc::kWrongChain);
        return print_failure(refused);
    }
    Outcome<VerifyFacts> facts = FactReader{order, *access->reader}.run();
    if (!facts) return print_failure(facts.failure());

    const std::vector<Check> checks = judge(*facts);
    const bool ok = std::none_of(checks.begin(), checks.end(), [](const Check& check) {
        return check.verdict == Verdict::kFailed;
    });
    const std::string text = order.json ? json_of(facts->at, checks, ok) : lines_of(checks);
    std::fputs(text.c_str(), stdout);
    return ok ? kExitOk : kExitFailed;
}

std::string_view help_verify() {
    static const std::string kText = help_of(kCommand);
    return kText;
}

}  // namespace pramana::app
