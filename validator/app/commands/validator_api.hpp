#pragma once

#include "failure.hpp"
#include "pramana/evidence/statement.hpp"
#include "pramana/net/http_client.hpp"
#include "verify_fetch.hpp"

#include <memory>
#include <optional>
#include <string>

namespace pramana::app {

/// GET /v1/contributions/{id}, as far as a client acts on it.
struct StatusView {
    std::string stage;  ///< "received" … "final"
    bool terminal = false;
    std::optional<std::uint64_t> file_id;
    std::optional<std::uint64_t> job_id;
    std::optional<std::uint64_t> proof_index;
    std::optional<std::uint64_t> pay_1024;
    std::optional<Failure> cause;  ///< why it waits or ended, in the validator's words
    std::string json;              ///< the whole answer
};

/// What a validator says of itself, and the answer that says so.
struct Introduction {
    evidence::Statement statement;
    FetchedEvidence answer;
};

/// Errors: kBadRequest.
[[nodiscard]] Result<StatusView> parse_status(std::string_view json);

/// The failure in an answer that is no success: its problem+json (RFC 9457), or the HTTP status.
[[nodiscard]] Failure failure_of_reply(unsigned status, std::string_view body);

/// What a client asks of a validator (docs/formats.md "HTTP"). Thread: one.
class ValidatorApi {
  public:
    [[nodiscard]] static Outcome<ValidatorApi> create(std::string base_url,
                                                      const std::string& ca_file);

    /// Asks for evidence over a fresh challenge, and checks that its report data is over that
    /// challenge and the statement. The evidence is not appraised.
    [[nodiscard]] Outcome<Introduction> introduction();
    /// The text of a ruleset, whose SHA-256 was checked. Nothing: the validator does not show it.
    [[nodiscard]] Outcome<std::optional<std::string>> ruleset(const Hash32& digest);
    /// Uploads. Repeating it is harmless. Returns the blob's URL.
    [[nodiscard]] Outcome<std::string> submit(ByteView envelope, ByteView sealed);
    /// Nothing: the validator does not know the contribution.
    [[nodiscard]] Outcome<std::optional<StatusView>> status(const ContributionId& id);

  private:
    ValidatorApi(std::string base_url, std::unique_ptr<net::HttpClient> client)
        : base_url_{std::move(base_url)}, client_{std::move(client)} {}
    [[nodiscard]] Outcome<net::HttpResponse> get(const std::string& path);
    [[nodiscard]] Failure unreachable(const Error& error) const;

    std::string base_url_;
    std::unique_ptr<net::HttpClient> client_;
};

}  // namespace pramana::app
