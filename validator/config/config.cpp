#include "pramana/config/config.hpp"

#include "attestation_section.hpp"
#include "chain_section.hpp"
#include "gpu_section.hpp"
#include "keys_section.hpp"
#include "pramana/core/sha256.hpp"
#include "pramana/core/test_chains.hpp"
#include "pramana/os/file.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <set>

namespace pramana::config {
namespace {

constexpr std::size_t kFileBytesMax = 1U << 20U;
constexpr std::size_t kReferencesMax = 64;
constexpr std::uint64_t kEther = 1'000'000'000'000'000'000;

bool is_ip_address(const std::string& text) {
    std::array<std::uint8_t, 16> raw{};
    return ::inet_pton(AF_INET, text.c_str(), raw.data()) == 1 ||
           ::inet_pton(AF_INET6, text.c_str(), raw.data()) == 1;
}

bool is_loopback(const std::string& address) {
    return address == "::1" || address.rfind("127.", 0) == 0;
}

/// scheme://authority[/path], printable, without query, fragment, credentials and a slash at the
/// end.
bool is_base_url(std::string_view text, bool http_allowed) {
    const auto scheme = [&](std::string_view name) { return text.substr(0, name.size()) == name; };
    std::size_t authority = 0;
    if (scheme("https://"))
        authority = 8;
    else if (http_allowed && scheme("http://"))
        authority = 7;
    const std::string_view rest = text.substr(authority);
    return authority > 0 && !rest.empty() && rest.front() != '/' && rest.back() != '/' &&
           text.size() <= 512 &&
           std::all_of(rest.begin(), rest.end(), [](char c) { return c > 0x20 && c < 0x7F; }) &&
           rest.find_first_of("?#@\"<>\\") == std::string_view::npos;
}

/// An origin as browsers send it: scheme://host[:port], lower case.
bool is_origin(std::string_view text) {
    return is_base_url(text, true) &&
           text.find('/', text.find("://") + 3) == std::string_view::npos &&
           std::none_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

bool is_host_and_port(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    return colon != std::string_view::npos && colon > 0 && colon + 1 < text.size() &&
           text.size() - colon <= 6 &&
           std::all_of(text.begin() + static_cast<std::ptrdiff_t>(colon) + 1, text.end(),
                       [](char c) { return c >= '0' && c <= '9'; });
}

/// Reads one file; a member function for each section.
class Reader {
  public:
    Reader(const std::filesystem::path& directory, Profile profile)
        : directory_{directory}, profile_{profile} {}

    Config read(Section root) {
        Config config;
        config.listen = listen(root.object("listen"));
        config.public_base_url = base_url(root);
        config.data_dir = path(root.text("data_dir"));
        config.model = path(root.text("model"));
        config.chain = read_chain(root.object("chain"), directory_, profile_);
        if (profile_ == Profile::kProduction && is_test_chain(config.chain.chain_id))
            root.complain("chain.chain_id", std::to_string(config.chain.chain_id) +
                                                " is a local test chain, where only pramana-dev "
                                                "works: nobody trusts what is proved there");
        config.keys = read_keys(root.object("keys"), profile_);
        root.objects("dlps", 1, 64, [&](Section& section) {
            config.dlps.push_back(read_dlp(section, directory_));
        });
        std::set<Address> seen;
        for (const Dlp& served : config.dlps) {
            if (!served.address.is_zero() && !seen.insert(served.address).second)
                root.complain("dlps", "names a DLP twice");
        }
        for (const auto& [name, file] : root.named_texts("reference_corpora", kReferencesMax))
            config.reference_corpora.emplace(name, path(file));
        config.limits = limits(root.object("limits"));
        config.min_bid_wei = root.wei_or("min_bid_wei", "0");
        config.min_bid_invalid_wei =
            root.wei_or("min_bid_invalid_wei", root.text_or("min_bid_wei", "0"));
        config.price = price(root.object("price"));
        config.tls_ends_inside = root.flag_or("tls_ends_inside", false);
        config.cors_origins = origins(root);
        config.log = log(root.object("log"));
        if (root.has("metrics")) config.metrics = metrics(root.object("metrics"));
        config.alarms = alarms(root.object("alarms"));
        config.attestation = read_attestation(root.object("attestation"), directory_);
        config.gpu = read_gpu(root.object("gpu"));
        if (profile_ == Profile::kDevelopment)
            config.development = development(root.object("development"));
        else if (root.has("development"))
            root.complain("development", "is read by pramana-dev only; remove it");
        root.done();
        return config;
    }

  private:
    [[nodiscard]] std::filesystem::path path(const std::string& text) const {
        return path_from(text, directory_);
    }

    static Listen listen(Section section) {
        Listen listen;
        listen.address = section.text_or("address", listen.address);
        if (!listen.address.empty() && !is_ip_address(listen.address))
            section.complain("address", "must be an IPv4 or IPv6 address");
        listen.port = static_cast<std::uint16_t>(section.number_or("port", listen.port, 0, 65'535));
        listen.tls = section.flag_or("tls", false);
        section.done();
        return listen;
    }

    std::string base_url(Section& root) const {
        const bool http_allowed = profile_ == Profile::kDevelopment;
        std::string url = root.text("public_base_url");
        if (!url.empty() && !is_base_url(url, http_allowed))
            root.complain("public_base_url",
                          http_allowed
                              ? "must be an http(s) URL without slash, query or fragment at the end"
                              : "must be an https URL without slash, query or fragment at the end");
        return url;
    }

    static Price price(Section section) {
        Price price;
        price.work_wei_per_mib = section.number_or("work_wei_per_mib", 0, 0, kEther);
        price.proof_gas = section.number_or("proof_gas", price.proof_gas, 21'000, 16'777'216);
        price.gas_percent = static_cast<std::uint32_t>(
            section.number_or("gas_percent", price.gas_percent, 0, 10'000));
        section.done();
        return price;
    }

    static Limits limits(Section section) {
        Limits limits;
        const auto seconds = [&section](const char* name, std::chrono::seconds fallback,
                                        std::uint64_t most) {
            const auto count = static_cast<std::uint64_t>(fallback.count());
            return std::chrono::seconds{section.number_or(name, count, 1, most)};
        };
        constexpr std::uint64_t kTenYears_s = 315'360'000;
        limits.upload_bytes_max =
            section.number_or("upload_bytes_max", limits.upload_bytes_max, 1'024, 1ULL << 30U);
        limits.bytes_in_flight_max = section.number_or(
            "bytes_in_flight_max", limits.bytes_in_flight_max, 1ULL << 20U, 1ULL << 40U);
        if (limits.bytes_in_flight_max < limits.upload_bytes_max)
            section.complain("bytes_in_flight_max",
                             "is below upload_bytes_max, so that no such upload would fit");
        limits.connections_max = static_cast<std::uint32_t>(
            section.number_or("connections_max", limits.connections_max, 1, 100'000));
        limits.contributions_per_wallet_max = static_cast<std::uint32_t>(section.number_or(
            "contributions_per_wallet_max", limits.contributions_per_wallet_max, 1, 1'000'000));
        limits.stored_bytes_max = section.number_or("stored_bytes_max", limits.stored_bytes_max,
                                                    1ULL << 20U, 1ULL << 50U);
        limits.disk_reserve_bytes =
            section.number_or("disk_reserve_bytes", limits.disk_reserve_bytes, 0, 1ULL << 50U);
        limits.waiting_expiry = seconds("waiting_expiry_s", limits.waiting_expiry, kTenYears_s);
        limits.jobs_per_payer_max = static_cast<std::uint32_t>(
            section.number_or("jobs_per_payer_max", limits.jobs_per_payer_max, 1, 1'000'000));
        limits.proofs_per_payer_day_max = static_cast<std::uint32_t>(section.number_or(
            "proofs_per_payer_day_max", limits.proofs_per_payer_day_max, 1, 1'000'000'000));
        limits.workers =
            static_cast<std::uint32_t>(section.number_or("workers", limits.workers, 1, 256));
        limits.unpaid_expiry = seconds("unpaid_expiry_s", limits.unpaid_expiry, kTenYears_s);
        limits.blob_retention = seconds("blob_retention_s", limits.blob_retention, kTenYears_s);
        limits.record_retention = std::chrono::seconds{section.number_or(
            "record_retention_s", static_cast<std::uint64_t>(limits.record_retention.count()), 0,
            kTenYears_s)};
        if (limits.record_retention.count() != 0 && limits.record_retention < std::chrono::days{1})
            section.complain("record_retention_s",
                             "must be 0 or at least 86400: proofs are counted by payer and day");
        limits.run_proof_wait = seconds("run_proof_wait_s", limits.run_proof_wait, 7'200);
        section.done();
        return limits;
    }

    static std::vector<std::string> origins(Section& root) {
        std::vector<std::string> origins = root.texts("cors_origins", 0, 64);
        if (origins == std::vector<std::string>{"*"}) return origins;
        for (std::size_t i = 0; i < origins.size(); ++i) {
            if (!is_origin(origins[i]))
                root.complain(
                    "cors_origins[" + std::to_string(i) + "]",
                    "must be an origin such as https://app.example, or the list must be [\"*\"]");
        }
        return origins;
    }

    static Log log(Section section) {
        Log log;
        const std::string level = section.text_or("level", "info");
        const std::string format = section.text_or("format", "auto");
        constexpr std::array<std::string_view, 4> kLevels{"debug", "info", "warn", "error"};
        const auto* const known = std::find(kLevels.begin(), kLevels.end(), level);
        if (known == kLevels.end())
            section.complain("level", "must be debug, info, warn or error");
        else
            log.level = static_cast<log::Level>(known - kLevels.begin());
        if (format == "json")
            log.format = log::Format::kJson;
        else if (format == "logfmt")
            log.format = log::Format::kLogfmt;
        else if (format != "auto")
            section.complain("format", "must be auto, logfmt or json");
        section.done();
        return log;
    }

    [[nodiscard]] Metrics metrics(Section section) const {
        Metrics metrics;
        metrics.listen.address = section.text_or("address", metrics.listen.address);
        if (!metrics.listen.address.empty() && !is_ip_address(metrics.listen.address))
            section.complain("address", "must be an IPv4 or IPv6 address");
        metrics.listen.port = static_cast<std::uint16_t>(section.number("port", 0, 65'535));
        metrics.token_file = path(section.text_or("token_file", ""));
        if (!is_loopback(metrics.listen.address) && metrics.token_file.empty())
            section.complain("token_file", "is needed where the address is not loopback");
        section.done();
        return metrics;
    }

    static Alarms alarms(Section section) {
        Alarms alarms;
        const auto seconds = [&section](const char* name, std::chrono::seconds fallback) {
            const auto count = static_cast<std::uint64_t>(fallback.count());
            return std::chrono::seconds{section.number_or(name, count, 1, 86'400)};
        };
        alarms.proofs_left_min = static_cast<std::uint32_t>(
            section.number_or("proofs_left_min", alarms.proofs_left_min, 0, 1'000'000));
        alarms.slot_age_max = seconds("slot_age_max_s", alarms.slot_age_max);
        alarms.finality_still_max = seconds("finality_still_max_s", alarms.finality_still_max);
        alarms.head_age_max = seconds("head_age_max_s", alarms.head_age_max);
        alarms.deadline_percent_min = static_cast<std::uint32_t>(
            section.number_or("deadline_percent_min", alarms.deadline_percent_min, 0, 100));
        section.done();
        return alarms;
    }

    [[nodiscard]] Development development(Section section) const {
        Development development;
        development.key_file = path(section.text("key_file"));
        development.fetch_allow = section.texts("fetch_allow", 0, 64);
        for (std::size_t i = 0; i < development.fetch_allow.size(); ++i) {
            if (!is_host_and_port(development.fetch_allow[i]))
                section.complain("fetch_allow[" + std::to_string(i) + "]", "must be host:port");
        }
        section.done();
        return development;
    }

    std::filesystem::path directory_;
    Profile profile_;
};

}  // namespace

Reading read_config(std::string_view text, const std::filesystem::path& directory,
                    Profile profile) {
    Reading reading;
    const Result<JsonView> root = read_json(text);
    if (!root) {
        reading.problems.push_back(
            {"", "is not JSON (no comments, no trailing commas, no name twice, UTF-8)"});
        return reading;
    }
    Config config = Reader{directory, profile}.read(Section{*root, "", reading.problems});
    config.text_sha256 = sha256(text);
    if (reading.problems.empty()) reading.config = std::move(config);
    return reading;
}

Reading read_config_file(const std::filesystem::path& file, Profile profile) {
    const Result<Bytes> text = read_file(file, kFileBytesMax);
    if (!text) {
        Reading reading;
        reading.problems.push_back(
            {"", std::string{"cannot be read: "} + std::string{name_of(text.error().code)}});
        return reading;
    }
    return read_config(as_text(*text), std::filesystem::absolute(file).parent_path(), profile);
}

}  // namespace pramana::config
