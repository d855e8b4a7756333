#pragma once

#include "pramana/async/worker_pool.hpp"
#include "pramana/http/server.hpp"
#include "router.hpp"

#include <atomic>
#include <map>

namespace pramana::http {

/// What every handler works with; outlives them.
struct ApiContext {
    const Settings& settings;
    pipeline::ContributionService& service;
    WorkerPool& workers;
    WorkerPool& deposits;  ///< for what asks the chain about any id that a stranger sends
    const std::atomic<bool>& draining;
    const MetricsText& metrics;
};

/// The handlers over the service. Each takes its request by value: the frame owns it.
class Api {
  public:
    explicit Api(ApiContext context) : context_{context} {}
    /// The route table; the Api outlives it.
    [[nodiscard]] std::vector<Route> routes();

  private:
    Task<Reply> submit(Request request);
    Task<Reply> contribution(Request request);
    Task<Reply> job(Request request);
    Task<Reply> blob(Request request);
    Task<Reply> proof_document(Request request);
    Task<Reply> recorded_result(Request request);
    Task<Reply> ruleset(Request request);
    Task<Reply> attestation(Request request);
    Task<Reply> archived_statement(Request request);
    Task<Reply> live(Request request);
    Task<Reply> ready(Request request);
    Task<Reply> run_proof(Request request);
    Task<Reply> metrics(Request request);
    [[nodiscard]] std::vector<Route> operator_routes();

    ApiContext context_;
    std::map<JobId, std::size_t> waiting_;  ///< RunProofs that wait for a job; the reactor's
};

/// JSON of GET /v1/contributions/{id}; docs/formats.md "Status".
[[nodiscard]] std::string status_json(const pipeline::ContributionStatus& status,
                                      std::string_view public_base_url);

/// The two shapes that RunProof clients parse: {"detail": {"error": {code, message, details}},
/// "error": message}.
[[nodiscard]] Reply run_proof_error(const Error& error, std::string_view details);

}  // namespace pramana::http
