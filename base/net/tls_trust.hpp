#pragma once

#include "connection.hpp"

#include <boost/asio/ssl.hpp>

namespace pramana::net {

struct TlsTrust::Impl {
    boost::asio::ssl::context context{boost::asio::ssl::context::tls_client};
};

/// The name that the peer's certificate must have, and SNI unless the host is an address. Errors:
/// kFetchFailed.
[[nodiscard]] Status expect_host(SSL* handle, const std::string& host, bool ip_literal);

}  // namespace pramana::net
