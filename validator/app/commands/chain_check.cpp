#include "chain_check.hpp"

#include "chain_claim.hpp"
#include "chain_findings.hpp"
#include "corpus_id.hpp"
#include "failure.hpp"
#include "options.hpp"
#include "pramana/chain/address.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/core/json.hpp"
#include "pramana/os/log.hpp"
#include "pramana/pipeline/pipeline.hpp"
#include "rulesets.hpp"
#include "serve/chain_options.hpp"

#include <algorithm>
#include <cstdio>

namespace pramana::app {
namespace {

constexpr int kExitFound = 1;

constexpr Option kOptions[] = {
    {"config", "FILE", "the validator's configuration", true},
    {"address", "0x...",
     "the validator's address, where its key cannot be opened (outside of its TEE)"},
    {"json", "", "one JSON object"},
};
constexpr Command kCommand{
    .name = "chain",
    .summary = "`chain check`: whether this configuration can prove now, and for how long.",
    .operands = "check",
    .operands_min = 1,
    .operands_max = 1,
    .options = kOptions,
    .more =
        "Looks at each endpoint, their agreement, the contracts, our entry in the pool, balance "
        "and\n"
        "fees, and what each DLP asks for. Reads only; the validator may be running.\n"
        "Exit: 0 nothing stands against it, 1 something does (the last line names the first),\n"
        "64 usage, 69 no TEE and no --address, 78 configuration.\n",
};

std::string_view word_of(Verdict verdict) {
    switch (verdict) {
        case Verdict::kOk: return "ok";
        case Verdict::kWarn: return "warn";
        case Verdict::kFail: return "FAIL";
    }
    return "?";
}

Outcome<WorkerFacts> worker_of(const config::Config& config, const Platform& platform,
                               const std::optional<std::string>& address) {
    WorkerFacts worker;
    if (address) {
        const Result<Address> read = chain::parse_address(*address);
        if (!read)
            return failure_of(Errc::kBadRequest, "--address is no address.",
                              "Give 0x and 40 hex digits.");
        worker.address = *read;
        return worker;
    }
    const Result<Identity> identity = platform.open_identity(config);
    if (!identity) {
        Failure failure = failure_of(identity.error(), "the validator's key");
        failure.next_step = "Run this where `serve` runs, or give --address.";
        return failure;
    }
    worker.address = identity->signing->address();
    worker.public_key = to_hex0x(identity->encryption->public_key().view());
    if (identity->previous) worker.previous = identity->previous->address();
    return worker;
}

std::vector<Finding> find_all(const config::Config& config, const WorkerFacts& worker) {
    std::vector<Finding> findings = endpoint_findings(config.chain);
    if (findings.back().verdict == Verdict::kFail) return findings;
    if (const Outcome<Done> declared = check_declarations(config.chain); !declared) {
        const Failure& failure = declared.failure();
        findings.push_back({Verdict::kFail, "declarations", failure.sentence, failure.next_step});
        return findings;
    }
    chain_rpc::RpcOptions options;
    options.endpoints = config.chain.rpc_urls;
    options.chain_id = config.chain.chain_id;
    options.ca_file = config.chain.ca_file;
    options.quorum = config.chain.rpc_quorum;
    Result<std::unique_ptr<chain_rpc::RpcClient>> rpc =
        chain_rpc::RpcClient::create(std::move(options));
    if (!rpc) {
        findings.push_back({Verdict::kFail, "endpoints", std::string{sentence_of(rpc.error().code)},
                            std::string{next_step_of(rpc.error().code)}});
        return findings;
    }
    const chain_rpc::ChainReader reader{**rpc, *contracts_of(config.chain)};
    const auto add = [&findings](std::vector<Finding> more) {
        for (Finding& finding : more) findings.push_back(std::move(finding));
    };
    add(contract_findings(reader));
    add(worker_findings(reader, worker, config.public_base_url));
    if (worker.previous) add(previous_findings(reader, *worker.previous));
    add(money_findings(reader, worker, config));
    add(registry_findings(reader, worker, config));
    const auto corpus_of = [&](const config::Dlp& dlp) -> Outcome<store::CorpusKey> {
        Outcome<scoring::Ruleset> ruleset = open_ruleset(dlp);
        if (!ruleset) return ruleset.failure();
        return store::CorpusKey{corpus_id_of(config.chain.chain_id, dlp.address, *ruleset),
                                dlp.corpus_epoch};
    };
    add(corpus_findings(reader, config, corpus_of));
    add(dlp_findings(reader, config, [&](const config::Dlp& dlp) -> Outcome<std::string> {
        Outcome<scoring::Ruleset> ruleset = open_ruleset(dlp);
        if (!ruleset) return ruleset.failure();
        return pipeline::proof_instruction(config.chain.chain_id, dlp.address, ruleset->digest());
    }));
    return findings;
}

const Finding* first_failed(const std::vector<Finding>& findings) {
    const auto found = std::find_if(findings.begin(), findings.end(), [](const Finding& finding) {
        return finding.verdict == Verdict::kFail;
    });
    return found == findings.end() ? nullptr : &*found;
}

std::string text_of(const std::vector<Finding>& findings) {
    constexpr std::size_t kNameWidth = 14;
    std::string text;
    std::size_t warnings = 0;
    for (const Finding& finding : findings) {
        std::string verdict{word_of(finding.verdict)};
        verdict.resize(6, ' ');
        std::string name = finding.name;
        name.resize(std::max(kNameWidth, name.size()), ' ');
        text += verdict + name + ' ' + finding.text + '\n';
        if (!finding.next_step.empty())
            text += std::string(verdict.size(), ' ') + "next: " + finding.next_step + '\n';
        warnings += finding.verdict == Verdict::kWarn ? 1 : 0;
    }
    if (const Finding* const first = first_failed(findings))
        return text + "problem: " + first->name + ": " + first->text + '\n';
    return text + "nothing stands against proving" +
           (warnings > 0 ? "; warnings: " + std::to_string(warnings) : "") + '\n';
}

std::string json_of(const std::vector<Finding>& findings) {
    std::string list = "[";
    for (const Finding& finding : findings) {
        JsonObject json;
        json.text("verdict", finding.verdict == Verdict::kFail ? "fail" : word_of(finding.verdict))
            .text("name", finding.name)
            .text("text", finding.text);
        if (!finding.next_step.empty()) json.text("next_step", finding.next_step);
        list += (list.size() > 1 ? "," : "") + json.str();
    }
    const Finding* const first = first_failed(findings);
    JsonObject json;
    json.text("format", "pramana:chain-check:1").flag("ok", first == nullptr);
    if (first != nullptr) json.text("problem", first->name);
    return json.raw("findings", list + ']').str() + '\n';
}

}  // namespace

int run_chain(std::span<const std::string_view> args, const Platform& platform) {
    if (!args.empty() && args.front() == "claim") return run_chain_claim(args.subspan(1), platform);
    const Parsed parsed = parse_arguments(kCommand, args);
    if (!parsed.arguments) return usage_error(kCommand, parsed.problem);
    const Arguments& arguments = *parsed.arguments;
    if (arguments.operands().front() != "check")
        return usage_error(kCommand, "`chain` does `chain check` and `chain claim`");
    log::configure(log::Level::kError, log::default_format());  // findings say it
    const std::string file = *arguments.text("config");
    const config::Reading reading = config::read_config_file(file, platform.profile);
    if (!reading.config)
        return print_failure(failure_of(Errc::kConfigInvalid,
                                        file + ": " + reading.problems.front().path + ' ' +
                                            reading.problems.front().sentence + '.',
                                        "`serve --check` lists every problem of a configuration."));
    Outcome<WorkerFacts> worker = worker_of(*reading.config, platform, arguments.text("address"));
    if (!worker) return print_failure(worker.failure());
    const std::vector<Finding> findings = find_all(*reading.config, *worker);
    const std::string text = arguments.has("json") ? json_of(findings) : text_of(findings);
    std::fwrite(text.data(), 1, text.size(), stdout);
    return first_failed(findings) == nullptr ? kExitOk : kExitFound;
}

std::string help_chain() { return help_of(kCommand) + '\n' + help_chain_claim(); }

}  // namespace pramana::app
