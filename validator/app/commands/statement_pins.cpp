#include "statement_pins.hpp"

#include "pramana/core/hex.hpp"
#include "statement_checks.hpp"

#include <algorithm>

namespace pramana::app {
namespace {

namespace checks = statement_checks;
using attest::Allowed;
using attest::Check;

constexpr std::size_t kShown = 4;

bool lists(const Allowed& allowed, ByteView value) {
    return std::ranges::any_of(allowed,
                               [&](const Bytes& one) { return std::ranges::equal(one, value); });
}

std::string joined(const std::vector<std::string>& texts) {
    std::string out;
    for (std::size_t i = 0; i < std::min(texts.size(), kShown); ++i)
        out += (i == 0 ? "" : ", ") + texts[i];
    if (texts.size() > kShown) out += " and " + std::to_string(texts.size() - kShown) + " more";
    return out;
}

std::string text_of(const Allowed& allowed) {
    std::vector<std::string> texts;
    texts.reserve(allowed.size());
    for (const Bytes& one : allowed) texts.push_back(to_hex(one));
    return joined(texts);
}

class PinJudge {
  public:
    PinJudge(const evidence::Statement& stated, const attest::StatementPolicy& policy,
             attest::VerdictList& verdicts)
        : stated_{stated}, policy_{policy}, verdicts_{verdicts} {}

    void run() {
        judge_origin();
        one_of(checks::kBinary, policy_.binary_sha256, stated_.build.binary_sha256);
        judge_compose();
        judge_images();
        one_of(checks::kModel, policy_.models, stated_.model);
        if (!policy_.chain_id)
            not_pinned(checks::kChain);
        else
            verdicts_.decide(checks::kChain, *policy_.chain_id == stated_.chain_id,
                             std::to_string(*policy_.chain_id), std::to_string(stated_.chain_id));
        one_of(checks::kRegistry, policy_.data_registries, stated_.data_registry);
        one_of(checks::kPool, policy_.tee_pools, stated_.tee_pool);
        judge_dlps();
        judge_rulesets();
        one_of(checks::kConfig, policy_.config_sha256, stated_.config.sha256);
    }

  private:
    void not_pinned(const Check& check) { verdicts_.not_applicable(check, "the policy pins none"); }
    template <class Fixed>
    void one_of(const Check& check, const Allowed& allowed, const Fixed& value) {
        if (allowed.empty()) return not_pinned(check);
        verdicts_.decide(check, lists(allowed, value.view()), text_of(allowed),
                         to_hex(value.view()));
    }

    /// Not a pin: without it whoever configures a validator could hand himself its keys.
    void judge_origin() {
        const evidence::KeyOrigin& origin = stated_.key_origin;
        std::string found;
        const auto add = [&](const std::string& what) {
            found += (found.empty() ? "" : "; ") + what;
        };
        if (origin.source != "dstack" && origin.source != "inside")
            add("keys from \"" + origin.source + '"');
        if (origin.imported && !policy_.imported_keys_allowed) add("keys that were outside once");
        for (const Bytes& recipient : origin.backup_recipients)
            if (!lists(policy_.backup_recipients, recipient))
                add("a backup may go to " + to_hex0x(recipient));
        verdicts_.decide(checks::kKept, found.empty(), "nobody else",
                         found.empty() ? "nobody else" : found);
    }

    void judge_compose() {
        const std::optional<Hash32>& compose = stated_.build.compose_sha256;
        if (compose) return one_of(checks::kCompose, policy_.compose_sha256, *compose);
        if (policy_.compose_sha256.empty()) return not_pinned(checks::kCompose);
        verdicts_.fail(checks::kCompose, text_of(policy_.compose_sha256),
                       "none: this platform measures no compose document");
    }

    void judge_images() {
        if (policy_.images.empty()) return not_pinned(checks::kImages);
        std::vector<std::string> others;
        for (const std::string& image : stated_.build.images)
            if (!policy_.images.contains(image)) others.push_back(image);
        const std::vector<std::string> expected{policy_.images.begin(), policy_.images.end()};
        const bool none = stated_.build.images.empty();
        verdicts_.decide(checks::kImages, !none && others.empty(), joined(expected),
                         none             ? "no image"
                         : others.empty() ? joined(stated_.build.images)
                                          : joined(others));
    }

    void judge_dlps() {
        if (policy_.dlps.empty()) return not_pinned(checks::kDlps);
        Allowed missing;
        for (const Bytes& dlp : policy_.dlps) {
            const bool served =
                std::ranges::any_of(stated_.dlps, [&](const evidence::StatedDlp& one) {
                    return std::ranges::equal(one.address.bytes, dlp);
                });
            if (!served) missing.push_back(dlp);
        }
        verdicts_.decide(
            checks::kDlps, missing.empty(), text_of(policy_.dlps),
            missing.empty() ? "all of them are served" : "not served: " + text_of(missing));
    }

    void judge_rulesets() {
        if (policy_.rulesets.empty()) return not_pinned(checks::kRulesets);
        std::vector<std::string> others;
        std::size_t judged = 0;
        for (const evidence::StatedDlp& dlp : stated_.dlps) {
            if (!policy_.dlps.empty() && !lists(policy_.dlps, dlp.address.view())) continue;
            ++judged;
            if (!lists(policy_.rulesets, dlp.ruleset.view()))
                others.push_back(to_hex0x(dlp.address.view()) + " by " +
                                 to_hex(dlp.ruleset.view()));
        }
        verdicts_.decide(checks::kRulesets, judged > 0 && others.empty(), text_of(policy_.rulesets),
                         judged == 0      ? "it serves none of these DLPs"
                         : others.empty() ? "by one of them"
                                          : joined(others));
    }

    const evidence::Statement& stated_;
    const attest::StatementPolicy& policy_;
    attest::VerdictList& verdicts_;
};

}  // namespace

void judge_pins(const evidence::Statement& stated, const attest::StatementPolicy& policy,
                attest::VerdictList& verdicts) {
    PinJudge{stated, policy, verdicts}.run();
}

}  // namespace pramana::app
