#pragma once

#include "pramana/core/bytes.hpp"
#include "pramana/core/result.hpp"

#include <functional>
#include <map>
#include <string>

namespace pramana::evidence {

/// Where endorsements are fetched; without a slash at the end.
struct CollateralServices {
    std::string intel_pcs = "https://api.trustedservices.intel.com";
    std::string intel_root_crl =
        "https://certificates.trustedservices.intel.com/IntelSGXRootCA.der";
    std::string amd_kds = "https://kdsintf.amd.com";
};

/// The answer with status 200 of a GET.
struct CollateralReply {
    Bytes body;
    std::map<std::string, std::string> headers;  ///< names in lower case
};
/// A guarded GET: bounded in bytes and time. Errors: those of net::Fetcher.
using CollateralGet =
    std::function<Result<CollateralReply>(const std::string& url, std::size_t bytes_max)>;

}  // namespace pramana::evidence
