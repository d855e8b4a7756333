#include "recompute.hpp"

#include "chunk_dispute.hpp"
#include "corpus_options.hpp"
#include "parallel.hpp"
#include "pramana/config/config.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/os/file.hpp"
#include "read_values.hpp"
#include "recompute/recompute.hpp"
#include "scoring_options.hpp"
#include "seal_file.hpp"
#include "serve/daemon_corpus.hpp"
#include "wallet.hpp"

#include <cstdio>

namespace pramana::app {
namespace {

constexpr std::size_t kProofBytesMax = std::size_t{256} << 20U;  // 262,144 chunks with their steps
constexpr std::size_t kFileBytesMax = std::size_t{1} << 30U;

constexpr Option kOptions[] = {
    {"corpus", "DIR",
     "the corpus that the score was measured against, as `score --commit` made it"},
    kCorpusKeyOption,
    {"config", "FILE", "the corpus of the validator with this configuration; it must be stopped"},
    {"file-key", "FILE", "the file key (its text 0x..): opens a sealed FILE, checks keyed hashes"},
    {"key-file", "FILE", "the wallet's private key in hex, from which the file key is made"},
    {"owner", "0x..", "who owns the file; not needed where the wallet's key makes the file key"},
    kRulesetOption,
    kModelOption,
    kReferencesOption,
    kBackendOption,
    {"show-chunk", "N", "print what shows chunk N of the proof to a judge; needs the file key"},
    {"chunk", "SHOWN", "judge one chunk only, by what --show-chunk printed; needs no key"},
    {"json", "", "print one JSON object instead of lines"},
};
constexpr Command kCommand{
    .name = "recompute",
    .summary = "Replays a score from the text and names the first difference to a proof.",
    .operands = "PROOF FILE",
    .operands_min = 2,
    .operands_max = 2,
    .options = kOptions,
    .more =
        "PROOF is a binding document, as a validator serves it at /v1/proofs/, or a line of\n"
        "`pramana score --json`; with --trace in it every chunk is compared, operation by "
        "operation.\n"
        "FILE is the opened file, or the sealed one with its key.\n"
        "\n"
        "  curl -s https://validator.example/v1/proofs/HASH > proof.json\n"
        "  pramana recompute proof.json sealed.pgp --key-file wallet.key\n"
        "  pramana recompute a.score a.txt --corpus corpus\n"
        "\n"
        "A dispute about one chunk: the owner shows it, and a judge with the text replays it "
        "alone.\n"
        "\n"
        "  pramana recompute proof.json a.txt --key-file wallet.key --show-chunk 7 > shown.json\n"
        "  pramana recompute proof.json a.txt --chunk shown.json\n"
        "\n"
        "Without a corpus everything but novelty is checked, and that no corpus could have given\n"
        "more; without the file key the keyed hashes are not. A line says what was not checked.\n"
        "A validator's corpus is sealed to its enclave: --config opens it where `serve` runs, and\n"
        "finds the proof's ruleset and public texts in the configuration. Elsewhere a ruleset with "
        "a\n"
        "shared corpus is named as default-1+shared:NAME.\n"
        "Exit: 0 equal, 1 a difference, 64 usage, 65 or 66 the proof, the file or its key cannot "
        "be\n"
        "read, 78 model, ruleset or corpus missing or wrong.\n",
};

Outcome<Claim> open_claim(const std::string& path, const std::string& file) {
    const Result<SecretBytes> text = read_secret_file(path, kProofBytesMax);
    if (!text) return failure_of_file(text.error(), path);
    std::variant<Claim, ClaimProblem> read = read_claim(as_text(text->expose()), file);
    if (const auto* problem = std::get_if<ClaimProblem>(&read)) {
        Failure failure = failure_of(
            Errc::kBadRequest, "The proof cannot be read. " + problem->sentence,
            "Give what /v1/proofs/ serves, byte for byte, or what `score --json` printed.");
        failure.detail = printable(path);
        return failure;
    }
    return std::move(*std::get_if<Claim>(&read));
}

/// The password text of the file; empty without one.
Outcome<SecretBytes> file_key_from(const Arguments& arguments) {
    if (const std::optional<std::string> path = arguments.text("key-file")) {
        const auto warn = [](const std::string& line) {
            std::fputs((line + '\n').c_str(), stderr);
        };
        Outcome<SigningKey> wallet = load_wallet(*path, warn);
        if (!wallet) return wallet.failure();
        return file_key_of(*wallet);
    }
    const std::optional<std::string> path = arguments.text("file-key");
    if (!path) return SecretBytes{};
    Result<SecretBytes> key = read_secret_file(*path, sealing::kFileKeyBytesMax + 1);
    if (!key) return failure_of_file(key.error(), *path);
    std::size_t size = key->size();
    while (size > 0 && (key->expose()[size - 1] == '\n' || key->expose()[size - 1] == '\r')) --size;
    key->shrink(size);
    return *std::move(key);
}

/// The ruleset that the proof names, where this version or the validator's configuration has it and
/// none was asked for.
Outcome<ScoringTools> tools_for(const Arguments& arguments, const Claim& claim,
                                const config::Config* config, scoring::Backend backend) {
    ScoringDefaults defaults;
    const auto offer = [&](scoring::Ruleset ruleset) {
        if (ruleset.digest() == ruleset_of(claim)) defaults.ruleset = std::move(ruleset);
    };
    for (const std::string_view known : scoring::Ruleset::names())
        if (Result<scoring::Ruleset> ruleset = scoring::Ruleset::named(known); ruleset)
            offer(*std::move(ruleset));
    if (config != nullptr) {
        defaults.references = config->reference_corpora;
        for (const config::Dlp& dlp : config->dlps)
            if (Outcome<scoring::Ruleset> ruleset = open_ruleset(dlp); ruleset)
                offer(*std::move(ruleset));
    }
    return open_scoring(arguments, backend, std::move(defaults));
}

CorpusBefore corpus_from(const Arguments& arguments, const config::Config* config,
                         const Platform& platform) {
    if (config != nullptr)
        return [config, &platform](const CorpusPlace& at) {
            return daemon_corpus_before(*config, platform, at, parallel_over_machine());
        };
    const std::optional<std::string> directory = arguments.text("corpus");
    if (!directory) return {};
    return [directory = *directory, key_file = arguments.text("corpus-key")](
               const CorpusPlace& at) -> Outcome<OfflineCorpus> {
        Outcome<std::unique_ptr<CorpusDirectory>> opened = open_corpus({.directory = directory,
                                                                        .key_file = key_file,
                                                                        .expected = std::nullopt,
                                                                        .may_create = false,
                                                                        .places_max = at.place},
                                                                       parallel_over_machine());
        if (!opened) return opened.failure();
        return OfflineCorpus{*std::move(opened), false};
    };
}

std::string problem_of(const Arguments& arguments) {
    if (arguments.has("corpus") && arguments.has("config"))
        return "--corpus and --config both name a corpus";
    if (arguments.has("corpus-key") && !arguments.has("corpus"))
        return "--corpus-key needs --corpus";
    if (arguments.has("file-key") && arguments.has("key-file"))
        return "--file-key and --key-file both give the file key";
    if (arguments.has("show-chunk") && arguments.has("chunk"))
        return "--show-chunk and --chunk are the two sides of a dispute";
    if (arguments.has("show-chunk") && !arguments.has("file-key") && !arguments.has("key-file"))
        return "--show-chunk needs the file key: --key-file or --file-key";
    return {};
}

/// The validator's configuration, where --config names one.
std::optional<Failure> read_config_of(const Arguments& arguments, const Platform& platform,
                                      config::Reading& reading) {
    const std::optional<std::string> file = arguments.text("config");
    if (!file) return std::nullopt;
    reading = config::read_config_file(*file, platform.profile);
    if (reading.config) return std::nullopt;
    return failure_of(Errc::kConfigInvalid,
                      "The configuration cannot be used: " + printable(*file) + '.',
                      "`pramana serve --check --config FILE` says what is wrong with it.");
}

}  // namespace

int run_recompute(std::span<const std::string_view> args, const Platform& platform) {
    const Parsed parsed = parse_arguments(kCommand, args);
    if (!parsed.arguments) return usage_error(kCommand, parsed.problem);
    const Arguments& arguments = *parsed.arguments;
    if (const std::string problem = problem_of(arguments); !problem.empty())
        return usage_error(kCommand, problem);
    ValueReader values{arguments};
    const Address owner = values.address("owner");
    if (!values.problem().empty()) return usage_error(kCommand, values.problem());
    const ChosenBackend chosen = backend_of(arguments);
    if (!chosen.problem.empty()) return usage_error(kCommand, chosen.problem);
    config::Reading reading;
    if (const std::optional<Failure> failure = read_config_of(arguments, platform, reading))
        return print_failure(*failure);

    const std::string& file = arguments.operands()[1];
    Outcome<Claim> claim = open_claim(arguments.operands()[0], file);
    if (!claim) return print_failure(claim.failure());
    Outcome<SecretBytes> file_key = file_key_from(arguments);
    if (!file_key) return print_failure(file_key.failure());
    Result<SecretBytes> content = read_secret_file(file, kFileBytesMax);
    if (!content) return print_failure(failure_of(content.error(), file));
    Outcome<ScoringTools> tools =
        tools_for(arguments, *claim, reading.config ? &*reading.config : nullptr, chosen.backend);
    if (!tools) return print_failure(tools.failure());

    if (arguments.has("show-chunk") || arguments.has("chunk")) {
        Outcome<scoring::Document> document =
            open_document(*content, *file_key, file, tools->ruleset.values().extract);
        if (!document) return print_failure(document.failure());
        return run_chunk_dispute(arguments, *claim, *document, *file_key, tools->scorer());
    }
    Outcome<Findings> findings = recompute(
        {.claim = *claim,
         .file = file,
         .content = *std::move(content),
         .file_key = *std::move(file_key),
         .owner = arguments.has("owner") ? std::optional{owner} : std::nullopt,
         .corpus = corpus_from(arguments, reading.config ? &*reading.config : nullptr, platform)},
        tools->scorer());
    if (!findings) return print_failure(findings.failure());
    return print_findings(*findings, arguments.has("json"));
}

std::string help_recompute() { return help_of(kCommand); }

}  // namespace pramana::app
