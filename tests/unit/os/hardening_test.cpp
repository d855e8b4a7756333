#include "pramana/os/hardening.hpp"

#include <gtest/gtest.h>
#include <openssl/x509.h>

#include <cstdlib>

namespace pramana {
namespace {

TEST(Hardening, libraries_take_no_settings_from_the_environment) {
    const std::string other = "/another/place";
    for (const char* name : {"OPENSSL_CONF", "OPENSSL_CONF_INCLUDE", "OPENSSL_ENGINES",
                             "OPENSSL_MODULES", "SSL_CERT_DIR", "SSL_CERT_FILE"})
        ::setenv(name, other.c_str(), 1);
    forget_library_settings();
    EXPECT_EQ(std::getenv("OPENSSL_CONF"), nullptr);
    EXPECT_EQ(std::getenv("OPENSSL_CONF_INCLUDE"), nullptr);
    EXPECT_EQ(std::getenv("OPENSSL_ENGINES"), nullptr);
    EXPECT_EQ(std::getenv("OPENSSL_MODULES"), nullptr);
    EXPECT_EQ(std::getenv(X509_get_default_cert_file_env()), nullptr);
    EXPECT_EQ(std::getenv(X509_get_default_cert_dir_env()), nullptr);
}

}  // namespace
}  // namespace pramana
