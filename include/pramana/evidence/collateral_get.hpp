#pragma once

#include "pramana/core/bytes.hpp"
#include "pramana/core/result.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>

namespace pramana::evidence {

/// Where endorsements are fetched; without a slash at the end.
struct CollateralServices {
    std::string intel_pcs = "https://api.trustedservices.intel.com";
    std::string intel_root_crl =
        "https://certificates.trustedservices.intel.com/IntelSGXRootCA.der";
    std::string amd_kds = "https://kdsintf.amd.com";
    std::string nvidia_rim = "https://rim.attestation.nvidia.com/v1/rim";
    std::string nvidia_crl = "https://crl.ndis.nvidia.com/crl";
    std::string nvidia_ocsp = "https://ocsp.ndis.nvidia.com";  ///< empty: it is not asked
};

/// The answer with status 200 of a GET.
struct CollateralReply {
    Bytes body;
    std::map<std::string, std::string> headers;  ///< names in lower case
};
/// A guarded GET: bounded in bytes and time. Errors: those of net::Fetcher.
using CollateralGet =
    std::function<Result<CollateralReply>(const std::string& url, std::size_t bytes_max)>;

/// POSTs a request of this media type to a service that the operator named; bounded in bytes and
/// time. Errors: kFetchFailed, kFetchTooLarge, kTimeout.
using CollateralPost = std::function<Result<CollateralReply>(
    const std::string& url, std::string_view type, ByteView body, std::size_t bytes_max)>;

/// Notes that survive a restart. `load` gives nullopt for a name that was never saved.
struct CollateralNotes {
    std::function<Result<std::optional<Bytes>>(std::string_view name)> load;
    std::function<Status(std::string_view name, ByteView content)> save;
};

}  // namespace pramana::evidence
