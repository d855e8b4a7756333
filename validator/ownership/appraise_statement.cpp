#include "pramana/ownership/appraise.hpp"

#include "checks.hpp"
#include "pramana/core/hex.hpp"
#include "times.hpp"

#include <algorithm>

namespace pramana::ownership {
namespace {

using namespace statement_checks;
using attest::UnixTime;
using attest::VerdictList;

template <class Value>
bool has(const std::vector<Value>& list, const Value& value) {
    return std::ranges::find(list, value) != list.end();
}

std::string joined(const std::vector<std::string>& texts) {
    std::string out;
    for (const std::string& text : texts) out += (out.empty() ? "" : ", ") + text;
    return out.empty() ? "none" : out;
}

std::string names_of(const std::vector<Method>& methods) {
    std::vector<std::string> names;
    names.reserve(methods.size());
    for (const Method method : methods) names.emplace_back(name_of(method));
    return joined(names);
}

void judge_signer(VerdictList& verdicts, const SignedStatement& given, const Rules& rules,
                  std::vector<attest::Fact>& facts) {
    const std::optional<Address> witness =
        witness_of(statement_digest(given.statement), given.signature);
    if (!verdicts.decide(kSignature, witness.has_value(), "a signature with v 27 or 28 and low s",
                         witness ? "one" : "none"))
        return;
    std::vector<std::string> known;
    known.reserve(rules.witnesses.size());
    for (const Address& address : rules.witnesses) known.push_back(to_hex0x(address.view()));
    verdicts.decide(kWitness, has(rules.witnesses, *witness), joined(known),
                    to_hex0x(witness->view()));
    facts.push_back({"witness", to_hex0x(witness->view())});
}

/// Whether it is this contribution that it speaks of.
void judge_subject(VerdictList& verdicts, const Statement& said, const Contribution& here) {
    verdicts.decide(kChain, said.chain_id == here.chain_id, std::to_string(here.chain_id),
                    std::to_string(said.chain_id));
    verdicts.decide(kPool, said.dlp == here.dlp, to_hex0x(here.dlp.view()),
                    to_hex0x(said.dlp.view()));
    verdicts.decide(kContributor, said.contributor == here.contributor,
                    to_hex0x(here.contributor.view()), to_hex0x(said.contributor.view()));
    verdicts.decide(kFile, said.sealed_sha256 == here.sealed_sha256,
                    to_hex0x(here.sealed_sha256.view()), to_hex0x(said.sealed_sha256.view()));
}

void judge_content(VerdictList& verdicts, const Statement& said, const Contribution& here,
                   bool required) {
    if (!said.content) {
        if (!required) return verdicts.not_applicable(kContent, "it says nothing of the content");
        return verdicts.fail(kContent, "a tag of the content", "nothing of the content");
    }
    if (!here.content) {
        if (!required) return verdicts.not_applicable(kContent, "the content is not at hand");
        return verdicts.fail(kContent, "the content and its salt", "not at hand");
    }
    // The tag that would fit is not shown: with the salt it tests guesses of the file.
    const bool same = content_tag(here.content->salt, here.content->sha256) == *said.content;
    verdicts.decide(kContent, same, "the tag of this content", same ? "it" : "another one");
}

void judge_times(VerdictList& verdicts, const Statement& said, const Rules& rules, UnixTime now) {
    const bool recent = is_recent(said.issued_unix_s, rules.age_s_max, now);
    verdicts.decide(kIssued, recent,
                    "at most " + std::to_string(rules.age_s_max) + " s before " + when(now),
                    when(said.issued_unix_s));
    if (recent) verdicts.holds_until(kIssued, end_of_age(said.issued_unix_s, rules.age_s_max));
    const bool valid =
        is_span(said.issued_unix_s, said.expires_unix_s) && said.expires_unix_s >= now;
    verdicts.decide(kExpires, valid, "after it was made, within 366 days of it, and not yet over",
                    when(said.expires_unix_s));
    if (valid) verdicts.holds_until(kExpires, said.expires_unix_s);
}

}  // namespace

attest::Appraisal appraise_statement(std::string_view text, const Contribution& contribution,
                                     const Rules& rules, UnixTime now) {
    attest::Appraisal out{.kind = "ownership_statement",
                          .verdicts = VerdictList{kTable},
                          .tcb_status = {},
                          .advisories = {},
                          .facts = {},
                          .valid_until = {}};
    const Result<SignedStatement> given = read_statement(text);
    if (!given) {
        out.verdicts.fail(kFormat, "a canonical statement", std::string{given.error().site});
        return out;
    }
    const Statement& said = given->statement;
    out.verdicts.pass(kFormat, "a canonical statement", "one");
    judge_signer(out.verdicts, *given, rules, out.facts);
    judge_subject(out.verdicts, said, contribution);
    judge_content(out.verdicts, said, contribution, rules.content_required);
    out.verdicts.decide(kProvider, has(rules.providers, said.provider), joined(rules.providers),
                        said.provider);
    out.verdicts.decide(kMethod, has(rules.methods, said.method), names_of(rules.methods),
                        std::string{name_of(said.method)});
    judge_times(out.verdicts, said, rules, now);
    out.facts.push_back({"provider", said.provider});
    out.facts.push_back({"method", std::string{name_of(said.method)}});
    out.facts.push_back({"statement", to_hex(statement_digest(said).view())});
    out.facts.push_back({"issued", when(said.issued_unix_s)});
    if (out.accepted())
        out.valid_until =
            std::min(said.expires_unix_s, end_of_age(said.issued_unix_s, rules.age_s_max));
    return out;
}

}  // namespace pramana::ownership
