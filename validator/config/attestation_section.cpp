#include "attestation_section.hpp"

#include "chain_section.hpp"

#include <algorithm>

namespace pramana::config {
namespace {

constexpr std::size_t kUrlBytesMax = 512;
constexpr std::uint64_t kYear_s = 31'536'000;

/// scheme://authority[/path], without query, fragment, credentials and a slash at the end.
bool is_service_url(std::string_view text) {
    const std::size_t authority = text.starts_with("https://")  ? 8
                                  : text.starts_with("http://") ? 7
                                                                : 0;
    const std::string_view rest = text.substr(authority);
    return authority > 0 && text.size() <= kUrlBytesMax && !rest.empty() && rest.front() != '/' &&
           rest.back() != '/' &&
           std::ranges::all_of(rest, [](char c) { return c > ' ' && c <= '~'; }) &&
           rest.find_first_of("?#@\"<>\\") == rest.npos;
}

}  // namespace

Attestation read_attestation(Section section, const std::filesystem::path& directory) {
    Attestation read;
    const auto seconds = [&](const char* name, std::chrono::seconds fallback) {
        return std::chrono::seconds{
            section.number_or(name, static_cast<std::uint64_t>(fallback.count()), 0, kYear_s)};
    };
    const auto url = [&](const char* name, std::string& value) {
        value = section.text_or(name, value);
        if (!value.empty() && !is_service_url(value))
            section.complain(name, "must be an http(s) URL without query and slash at the end");
    };
    read.statement_every = seconds("statement_every_s", read.statement_every);
    read.challenges_per_minute = static_cast<std::uint32_t>(
        section.number_or("challenges_per_minute", read.challenges_per_minute, 1, 10'000));
    read.collateral_every = seconds("collateral_every_s", read.collateral_every);
    url("intel_pcs_url", read.intel_pcs_url);
    url("intel_root_crl_url", read.intel_root_crl_url);
    url("amd_kds_url", read.amd_kds_url);
    url("nvidia_rim_url", read.nvidia_rim_url);
    url("nvidia_crl_url", read.nvidia_crl_url);
    if (section.holds_empty_text("nvidia_ocsp_url"))
        read.nvidia_ocsp_url.clear();  // it is not asked
    else
        url("nvidia_ocsp_url", read.nvidia_ocsp_url);
    read.ca_file = path_from(section.text_or("ca_file", ""), directory);
    section.done();
    return read;
}

}  // namespace pramana::config
