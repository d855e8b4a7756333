#include "pramana/os/hardening.hpp"

#include <gtest/gtest.h>
#include <openssl/x509.h>
#include <sys/resource.h>

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

TEST(Hardening, opens_as_many_files_as_are_wanted_up_to_the_hard_limit) {
    const auto with_limits = [](rlim_t soft, rlim_t hard, std::uint64_t wanted) {
        const rlimit limit{soft, hard};
        if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) std::_Exit(1);
        const Result<std::uint64_t> allowed = allow_open_files(wanted);
        rlimit now{};
        ::getrlimit(RLIMIT_NOFILE, &now);
        std::_Exit(allowed && *allowed == now.rlim_cur ? static_cast<int>(now.rlim_cur) : 1);
    };
    EXPECT_EXIT(with_limits(64, 200, 100), testing::ExitedWithCode(100), "");
    EXPECT_EXIT(with_limits(64, 200, 1'000), testing::ExitedWithCode(200), "");
    EXPECT_EXIT(with_limits(128, 200, 100), testing::ExitedWithCode(128), "");
}

}  // namespace
}  // namespace pramana
