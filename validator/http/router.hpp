#pragma once

#include "message.hpp"

#include "pramana/async/task.hpp"

#include <functional>
#include <optional>
#include <vector>

namespace pramana::http {

/// One line of the API: what is accepted, within which limits, and who answers.
struct Route {
    Method method = Method::kGet;
    std::string_view pattern{};  ///< literal; one {} stands for one path segment: "/v1/blobs/{}"
    std::string_view content_type{};  ///< of the body; empty = there is none
    std::size_t body_bytes_max = 0;
    std::size_t concurrent_max = 0;  ///< requests at a time in the whole process
    std::function<Task<Reply>(Request)> handle{};
    /// Of the replies that their peers have not taken yet, together.
    std::size_t reply_bytes_max = std::size_t{64} << 20U;
    std::size_t active = 0;       ///< touched on the reactor only
    std::size_t reply_bytes = 0;  ///< likewise
};

/// The route table. Thread: the reactor's.
class Router {
  public:
    explicit Router(std::vector<Route> routes) : routes_{std::move(routes)} {}

    struct Match {
        Route* route = nullptr;  ///< nullptr: no route, or not with this method
        std::string parameter;
        std::string allow;  ///< methods of the path, for Allow; empty = no such path
    };
    /// HEAD finds the route of GET.
    [[nodiscard]] Match find(Method method, std::string_view path);

  private:
    std::vector<Route> routes_;
};

/// The answer to origins of other sites, by the configured list.
class Cors {
  public:
    explicit Cors(std::vector<std::string> origins) : origins_{std::move(origins)} {}
    /// Header fields for a reply to `origin` (empty = none was sent).
    [[nodiscard]] std::vector<std::pair<std::string, std::string>> fields(
        std::string_view origin) const;
    /// The same for the reply to a preflight.
    [[nodiscard]] std::vector<std::pair<std::string, std::string>> preflight_fields(
        std::string_view origin, std::string_view allow) const;

  private:
    [[nodiscard]] bool allows(std::string_view origin) const;
    [[nodiscard]] bool any() const { return !origins_.empty() && origins_.front() == "*"; }
    std::vector<std::string> origins_;
};

}  // namespace pramana::http
