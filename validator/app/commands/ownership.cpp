#include "ownership.hpp"

#include "options.hpp"
#include "ownership_salt.hpp"
#include "pramana/chain/address.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/core/sha256.hpp"
#include "pramana/os/clock.hpp"
#include "pramana/os/file.hpp"
#include "pramana/ownership/appraise.hpp"
#include "pramana/ownership/key_record.hpp"
#include "pramana/ownership/mail.hpp"
#include "read_values.hpp"
#include "wallet.hpp"

#include <sysexits.h>

#include <algorithm>
#include <cstdio>

namespace pramana::app {
namespace {

constexpr int kExitRefused = 1;
constexpr std::size_t kSealedBytesMax = std::size_t{1} << 30U;  // limits.upload_bytes_max
constexpr std::uint64_t kDay = 86'400;

constexpr Option kOptions[] = {
    {"wallet", "FILE", "sign, record: the witness's private key, 64 hex digits"},
    {"chain-id", "N", "sign, verify: the chain"},
    {"dlp", "ADDRESS", "sign, verify: the DLP's contract"},
    {"contributor", "ADDRESS", "sign, verify: the wallet that contributes"},
    {"sealed", "FILE", "sign, verify: the sealed file"},
    {"sealed-sha256", "HEX", "sign, verify: or its SHA-256"},
    {"content-sha256", "HEX", "sign, verify: SHA-256 of the opened file, where it is known"},
    {"salt", "FILE", "sign, verify: 32 random bytes with it, in hex; they go to the enclave alone"},
    {"provider", "NAME", "sign: whose account it is; verify: those that count, with commas"},
    {"method", "NAME", "provider_api (when not given) or export_mail; verify: with commas"},
    {"domain", "NAME", "record: that signs its mails; mail: those that count, with commas"},
    {"selector", "NAME", "record: of the key"},
    {"record", "TEXT", "record: what the DNS has at SELECTOR._domainkey.DOMAIN, strings joined"},
    {"days", "N", "sign, record: how long it is valid, 1 to 366; 30 when not given"},
    {"witness", "ADDRESS", "verify, mail: who is believed, with commas"},
    {"age-days", "N", "verify: how old a statement may be, 1 to 366; 30 when not given"},
    {"key-record", "FILE", "mail: the signed key record"},
    {"subject", "TEXT", "mail: the subject that counts; any when not given"},
    {"at", "TIME", "as of this time, 2026-11-22T02:00:00Z; now when not given"},
    {"json", "", "verify, mail: print one JSON object instead of text"},
};
constexpr Command kCommand{
    .name = "ownership",
    .summary = "Makes and judges evidence of ownership that comes from outside.",
    .operands = "sign|record|verify|mail [FILE]",
    .operands_min = 1,
    .operands_max = 2,
    .options = kOptions,
    .more =
        "sign         a witness says whose file it is: prints the statement\n"
        "record       a witness says what the DNS has: prints the key record\n"
        "verify FILE  judges a statement for a contribution\n"
        "mail FILE    judges the original mail of a provider (.eml) under a key record\n"
        "docs/ownership.md has the formats and every check.\n"
        "Exit: 0 done or accepted, 1 not accepted, 64 usage, 65 not to be read, 66 no such file.\n",
};

/// What may stop a command: a usage error, or a failure.
struct Stop {
    std::string usage;
    std::optional<Failure> failure{};
};
template <class T>
using Step = std::variant<T, Stop>;

int stopped(const Stop& stop) {
    return stop.failure ? print_failure(*stop.failure) : usage_error(kCommand, stop.usage);
}

std::vector<std::string> listed(const Arguments& arguments, std::string_view option) {
    std::vector<std::string> out;
    std::string rest = arguments.text(option).value_or("");
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find(','), rest.size());
        if (end > 0) out.push_back(rest.substr(0, end));
        rest.erase(0, std::min(end + 1, rest.size()));
    }
    return out;
}

/// The first option that is missing, as a usage error; empty: none.
std::string missing(const Arguments& arguments, std::initializer_list<std::string_view> needed) {
    for (const std::string_view option : needed)
        if (!arguments.has(option))
            return "`ownership " + arguments.operands().front() + "` needs --" +
                   std::string{option};
    return {};
}

Step<attest::UnixTime> time_of(const Arguments& arguments) {
    const std::optional<std::string> at = arguments.text("at");
    if (!at) return static_cast<attest::UnixTime>(SystemClock{}.unix_s());
    const Result<attest::UnixTime> time = attest::read_iso_time(*at);
    if (!time) return Stop{"--at needs a time like 2026-11-22T02:00:00Z"};
    return *time;
}

std::uint64_t days_of(ValueReader& values, const Arguments& arguments, std::string_view option) {
    return arguments.has(option) ? values.number_in(option, 1, 366) : 30;
}

Step<Hash32> sealed_of(const Arguments& arguments, ValueReader& values) {
    const bool file = arguments.has("sealed");
    if (file == arguments.has("sealed-sha256"))
        return Stop{"give one of --sealed and --sealed-sha256"};
    if (!file) return values.hash("sealed-sha256");
    const std::string path = *arguments.text("sealed");
    const Result<Bytes> bytes = read_file(path, kSealedBytesMax);
    if (!bytes) return Stop{{}, failure_of_file(bytes.error(), path)};
    return sha256(*bytes);
}

/// The content and its salt, where both are given.
Step<std::optional<ownership::OpenedContent>> content_of(const Arguments& arguments,
                                                         ValueReader& values) {
    if (arguments.has("content-sha256") != arguments.has("salt"))
        return Stop{"--content-sha256 and --salt go together"};
    if (!arguments.has("salt")) return std::optional<ownership::OpenedContent>{};
    Outcome<Hash32> salt = salt_in(*arguments.text("salt"));
    if (!salt) return Stop{{}, salt.failure()};
    return std::optional{
        ownership::OpenedContent{.sha256 = values.hash("content-sha256"), .salt = *salt}};
}

/// The contribution that the options describe.
Step<ownership::Contribution> contribution_of(const Arguments& arguments) {
    std::string problem = missing(arguments, {"chain-id", "dlp", "contributor"});
    if (!problem.empty()) return Stop{std::move(problem)};
    ValueReader values{arguments};
    ownership::Contribution here;
    here.chain_id = values.whole_number("chain-id");
    here.dlp = values.address("dlp");
    here.contributor = values.address("contributor");
    Step<Hash32> sealed = sealed_of(arguments, values);
    if (Stop* const stop = std::get_if<Stop>(&sealed)) return std::move(*stop);
    here.sealed_sha256 = std::get<Hash32>(sealed);
    Step<std::optional<ownership::OpenedContent>> content = content_of(arguments, values);
    if (Stop* const stop = std::get_if<Stop>(&content)) return std::move(*stop);
    here.content = *std::get_if<std::optional<ownership::OpenedContent>>(&content);
    if (!values.problem().empty()) return Stop{values.problem()};
    return here;
}

Step<std::vector<Address>> witnesses_of(const Arguments& arguments) {
    std::vector<Address> out;
    for (const std::string& text : listed(arguments, "witness")) {
        const Result<Address> address = chain::parse_address(text);
        if (!address) return Stop{"--witness needs addresses (0x and 40 hex digits)"};
        out.push_back(*address);
    }
    return out;
}

Step<std::vector<ownership::Method>> methods_of(const Arguments& arguments) {
    std::vector<ownership::Method> out;
    for (const std::string& text : listed(arguments, "method")) {
        const std::optional<ownership::Method> method = ownership::method_of(text);
        if (!method) return Stop{"--method knows provider_api and export_mail"};
        out.push_back(*method);
    }
    if (out.empty()) out.push_back(ownership::Method::kProviderApi);
    return out;
}

/// A text of a witness; the line end that an editor or shell put behind it does not count.
Step<std::string> text_in(const std::string& path, std::size_t bytes_max) {
    const Result<Bytes> bytes = read_file(path, bytes_max + 2);
    if (!bytes) return Stop{{}, failure_of_file(bytes.error(), path)};
    std::string text{as_text(*bytes)};
    if (text.ends_with('\n')) text.pop_back();
    if (text.ends_with('\r')) text.pop_back();
    return text;
}

Outcome<SigningKey> witness_key(const Arguments& arguments) {
    return load_wallet(*arguments.text("wallet"),
                       [](const std::string& line) { std::fprintf(stderr, "%s\n", line.c_str()); });
}

int printed(const std::string& text) {
    return std::fputs((text + '\n').c_str(), stdout) < 0 ? EX_IOERR : kExitOk;
}

int conclude(const Arguments& arguments, const attest::Appraisal& appraisal) {
    const std::string text =
        arguments.has("json") ? attest::to_json(appraisal) + '\n' : attest::to_text(appraisal);
    std::fputs(text.c_str(), stdout);
    return appraisal.accepted() ? kExitOk : kExitRefused;
}

int sign(const Arguments& arguments, attest::UnixTime now) {
    const std::string problem = missing(arguments, {"wallet", "provider"});
    if (!problem.empty()) return usage_error(kCommand, problem);
    Step<ownership::Contribution> here = contribution_of(arguments);
    if (const Stop* const stop = std::get_if<Stop>(&here)) return stopped(*stop);
    const auto& subject = std::get<ownership::Contribution>(here);
    Step<std::vector<ownership::Method>> methods = methods_of(arguments);
    if (const Stop* const stop = std::get_if<Stop>(&methods)) return stopped(*stop);
    const auto& known = std::get<std::vector<ownership::Method>>(methods);
    ValueReader values{arguments};
    const std::uint64_t days = days_of(values, arguments, "days");
    const std::string provider = *arguments.text("provider");
    if (!values.problem().empty()) return usage_error(kCommand, values.problem());
    if (!ownership::is_provider_name(provider) || known.size() != 1)
        return usage_error(kCommand,
                           "`ownership sign` needs one --provider, of 1 to 32 small letters, "
                           "digits and hyphens, and one --method");
    ownership::Statement statement{.chain_id = subject.chain_id,
                                   .dlp = subject.dlp,
                                   .contributor = subject.contributor,
                                   .sealed_sha256 = subject.sealed_sha256,
                                   .content = {},
                                   .provider = provider,
                                   .method = known.front(),
                                   .issued_unix_s = now,
                                   .expires_unix_s = now + days * kDay};
    if (subject.content)
        statement.content = ownership::content_tag(subject.content->salt, subject.content->sha256);
    Outcome<SigningKey> key = witness_key(arguments);
    if (!key) return print_failure(key.failure());
    return printed(ownership::write_statement(ownership::sign_statement(statement, *key)));
}

int record(const Arguments& arguments, attest::UnixTime now) {
    const std::string problem = missing(arguments, {"wallet", "domain", "selector", "record"});
    if (!problem.empty()) return usage_error(kCommand, problem);
    ValueReader values{arguments};
    const std::uint64_t days = days_of(values, arguments, "days");
    if (!values.problem().empty()) return usage_error(kCommand, values.problem());
    Outcome<SigningKey> key = witness_key(arguments);
    if (!key) return print_failure(key.failure());
    const ownership::KeyRecord said{.domain = *arguments.text("domain"),
                                    .selector = *arguments.text("selector"),
                                    .record = *arguments.text("record"),
                                    .issued_unix_s = now,
                                    .expires_unix_s = now + days * kDay};
    const std::string text = ownership::write_key_record(ownership::sign_key_record(said, *key));
    const Result<ownership::SignedKeyRecord> again = ownership::read_key_record(text);
    if (!again)  // what nobody could read is not signed
        return usage_error(kCommand,
                           "--domain and --selector need small letters, digits, hyphens, dots; "
                           "--record needs printable ASCII of at most 2048 characters");
    return printed(text);
}

int verify(const Arguments& arguments, attest::UnixTime now) {
    const std::string problem = missing(arguments, {"provider", "witness"});
    if (!problem.empty()) return usage_error(kCommand, problem);
    Step<ownership::Contribution> here = contribution_of(arguments);
    if (const Stop* const stop = std::get_if<Stop>(&here)) return stopped(*stop);
    Step<std::vector<Address>> witnesses = witnesses_of(arguments);
    if (const Stop* const stop = std::get_if<Stop>(&witnesses)) return stopped(*stop);
    Step<std::vector<ownership::Method>> methods = methods_of(arguments);
    if (const Stop* const stop = std::get_if<Stop>(&methods)) return stopped(*stop);
    ValueReader values{arguments};
    const std::uint64_t days = days_of(values, arguments, "age-days");
    if (!values.problem().empty()) return usage_error(kCommand, values.problem());
    Step<std::string> text = text_in(arguments.operands()[1], ownership::kStatementBytesMax);
    if (const Stop* const stop = std::get_if<Stop>(&text)) return stopped(*stop);
    const ownership::Rules rules{.witnesses = std::get<std::vector<Address>>(witnesses),
                                 .providers = listed(arguments, "provider"),
                                 .methods = std::get<std::vector<ownership::Method>>(methods),
                                 .age_s_max = days * kDay};
    return conclude(arguments, ownership::appraise_statement(
                                   std::get<std::string>(text),
                                   std::get<ownership::Contribution>(here), rules, now));
}

int mail(const Arguments& arguments, attest::UnixTime now) {
    const std::string problem = missing(arguments, {"key-record", "witness", "domain"});
    if (!problem.empty()) return usage_error(kCommand, problem);
    Step<std::vector<Address>> witnesses = witnesses_of(arguments);
    if (const Stop* const stop = std::get_if<Stop>(&witnesses)) return stopped(*stop);
    Step<std::string> text = text_in(*arguments.text("key-record"), ownership::kKeyRecordBytesMax);
    if (const Stop* const stop = std::get_if<Stop>(&text)) return stopped(*stop);
    const std::string& path = arguments.operands()[1];
    const Result<SecretBytes> bytes = read_secret_file(path, ownership::kMailBytesMax);
    if (!bytes) return print_failure(failure_of_file(bytes.error(), path));
    ownership::MailRules rules;
    rules.witnesses = std::get<std::vector<Address>>(witnesses);
    rules.domains = listed(arguments, "domain");
    if (arguments.has("subject")) rules.subjects = {*arguments.text("subject")};
    const ownership::MailAppraisal out =
        ownership::appraise_mail(bytes->expose(), std::get<std::string>(text), rules, now);
    return conclude(arguments, out.appraisal);
}

}  // namespace

int run_ownership(std::span<const std::string_view> args) {
    const Parsed parsed = parse_arguments(kCommand, args);
    if (!parsed.arguments) return usage_error(kCommand, parsed.problem);
    const std::vector<std::string>& operands = parsed.arguments->operands();
    const Step<attest::UnixTime> now = time_of(*parsed.arguments);
    if (const Stop* const stop = std::get_if<Stop>(&now)) return stopped(*stop);
    const bool judges = operands[0] == "verify" || operands[0] == "mail";
    if (judges != (operands.size() == 2))
        return usage_error(kCommand, judges ? "`ownership " + operands[0] + "` needs a file"
                                            : "`ownership " + operands[0] + "` takes no file");
    const attest::UnixTime at = std::get<attest::UnixTime>(now);
    if (operands[0] == "sign") return sign(*parsed.arguments, at);
    if (operands[0] == "record") return record(*parsed.arguments, at);
    if (operands[0] == "verify") return verify(*parsed.arguments, at);
    if (operands[0] == "mail") return mail(*parsed.arguments, at);
    return usage_error(kCommand, "`ownership` knows sign, record, verify and mail");
}

std::string_view help_ownership() {
    static const std::string kText = help_of(kCommand);
    return kText;
}

}  // namespace pramana::app
