#include "collateral_rounds.hpp"

#include "pramana/net/fetcher.hpp"
#include "pramana/net/url.hpp"
#include "pramana/os/log.hpp"

#include <algorithm>

namespace pramana::app {
namespace {

constexpr std::chrono::seconds kRetryEvery{300};
constexpr std::chrono::milliseconds kFetchTimeMax{10'000};
constexpr std::size_t kFetchBytesMax = std::size_t{4} << 20U;

std::string lower_case(std::string text) {
    std::ranges::transform(text, text.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return text;
}

/// A service that the operator named himself may be a cache inside his network; what it answers is
/// judged as any other's.
void allow_if_named(net::FetchPolicy& policy, const std::string& url, const std::string& usual) {
    if (url == usual) return;
    if (const Result<net::Url> parsed = net::parse_url(url))
        policy.allowed_private.push_back(parsed->host_port());
}

Result<evidence::CollateralGet> guarded_get(const config::Attestation& config) {
    const config::Attestation usual;
    net::FetchPolicy policy;
    policy.bytes_max = kFetchBytesMax;
    policy.time_max = kFetchTimeMax;
    policy.ca_file = config.ca_file;
    allow_if_named(policy, config.intel_pcs_url, usual.intel_pcs_url);
    allow_if_named(policy, config.intel_root_crl_url, usual.intel_root_crl_url);
    allow_if_named(policy, config.amd_kds_url, usual.amd_kds_url);
    Result<std::unique_ptr<net::Fetcher>> made = net::Fetcher::create(std::move(policy));
    if (!made) return made.error();
    return evidence::CollateralGet{
        [fetcher = std::shared_ptr<net::Fetcher>{*std::move(made)}](
            const std::string& url, std::size_t bytes_max) -> Result<evidence::CollateralReply> {
            Result<net::HttpResponse> answer = fetcher->fetch_response(url, bytes_max);
            if (!answer) return answer.error();
            evidence::CollateralReply reply{.body = std::move(answer->body), .headers = {}};
            for (const net::HttpHeader& header : answer->headers)
                reply.headers.emplace(lower_case(header.name), header.value);
            return reply;
        }};
}

evidence::CollateralNotes notes_in(store::EvidenceArchive& archive) {
    return {.load = [&archive](std::string_view name) { return archive.note(name); },
            .save = [&archive](std::string_view name,
                               ByteView content) { return archive.put_note(name, content); }};
}

}  // namespace

CollateralRounds::CollateralRounds(Parts parts, evidence::CollateralGet get,
                                   evidence::CollateralServices services)
    : parts_{std::move(parts)},
      keeper_{
          [this, get = std::move(get)](const std::string& url,
                                       std::size_t bytes_max) -> Result<evidence::CollateralReply> {
              if (stop_.stop_requested()) return Error{Errc::kCancelled, "app.collateral"};
              return get(url, bytes_max);
          },
          std::move(services), parts_.check, notes_in(parts_.archive)} {}

Result<std::unique_ptr<CollateralRounds>> CollateralRounds::open(const config::Attestation& config,
                                                                 Parts parts) {
    Result<evidence::CollateralGet> get = guarded_get(config);
    if (!get) return get.error();
    std::unique_ptr<CollateralRounds> rounds{
        new CollateralRounds{std::move(parts),
                             *std::move(get),
                             {.intel_pcs = config.intel_pcs_url,
                              .intel_root_crl = config.intel_root_crl_url,
                              .amd_kds = config.amd_kds_url}}};
    PRAMANA_TRY(rounds->keeper_.open());
    if (const std::optional<std::string> kept = rounds->keeper_.current())
        rounds->parts_.statements.set_collateral(*kept);
    return rounds;
}

void CollateralRounds::note_standing() {
    const std::optional<evidence::Standing> standing = keeper_.standing();
    if (!standing || standing == told_) return;
    told_ = standing;
    const auto tell = standing->first_failure.empty() ? log::info : log::warn;
    tell("app.platform", {log::Field::vetted("tcb_status", standing->tcb_status),
                          log::Field::vetted("first_failure", standing->first_failure),
                          {"valid_until", standing->valid_until.value_or(0)}});
}

void CollateralRounds::round(const std::stop_token& stop) {
    if (parts_.every.count() == 0 || parts_.clock.steady() < next_) return;
    const std::optional<std::string> evidence = parts_.evidence();
    if (!evidence) return;
    stop_ = stop;
    const Status refreshed = keeper_.refresh(*evidence);
    if (stop.stop_requested()) return;
    next_ = parts_.clock.steady() +
            (refreshed ? parts_.every : std::min<std::chrono::seconds>(parts_.every, kRetryEvery));
    if (!refreshed) {
        if (failed_ != refreshed.error().code)
            log::warn("app.collateral.waits", {{"error", refreshed.error()}});
        failed_ = refreshed.error().code;
        return;
    }
    failed_.reset();
    if (const std::optional<std::string> current = keeper_.current())
        parts_.statements.set_collateral(*current);
    note_standing();
}

}  // namespace pramana::app
