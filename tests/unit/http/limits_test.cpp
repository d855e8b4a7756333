#include "fake_service.hpp"

#include <latch>
#include <thread>
#include <vector>

namespace pramana::http::test {
namespace {

using namespace std::chrono_literals;
using SteadyClock = std::chrono::steady_clock;

constexpr std::string_view kUploadType = "application/vnd.pramana.contribution.v1";

class Limits : public HttpTest {
  protected:
    void SetUp() override {
        service_.on_admit = [this](const pipeline::Upload& upload) -> Result<ContributionId> {
            sealed_bytes_ = upload.sealed.size();
            return ContributionId{};
        };
    }
    std::string upload_of(std::size_t sealed_bytes) {
        return std::string{"\0\0\0\2{}", 6} + std::string(sealed_bytes, 's');
    }
    std::atomic<std::size_t> sealed_bytes_{0};
};

TEST_F(Limits, reads_the_largest_upload_and_refuses_the_next_byte_unread) {
    start();
    const std::size_t most =
        (1U << 20U) + 65'536 - 2;  // upload limit, envelope limit, this envelope
    EXPECT_EQ(ask(post("/v1/contributions", kUploadType, upload_of(most))).status, 202U);
    EXPECT_EQ(sealed_bytes_, most);
    Client client{port()};
    const auto answer = client.ask(post("/v1/contributions", kUploadType, upload_of(most + 1)));
    EXPECT_EQ(answer.status, 413U);
    EXPECT_EQ(code_of(answer), "body_too_large");
    EXPECT_EQ(answer.field("Connection"), "close");
}

TEST_F(Limits, reads_chunked_bodies_up_to_the_same_limit) {
    start();
    const auto chunked = [&](std::size_t sealed_bytes) {
        const std::string body = upload_of(sealed_bytes);
        std::string text =
            "POST /v1/contributions HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
            "chunked\r\nContent-Type: " +
            std::string{kUploadType} + "\r\n\r\n";
        char size[20];
        for (std::size_t at = 0; at < body.size(); at += 50'000) {
            const std::string part = body.substr(at, 50'000);
            std::snprintf(size, sizeof size, "%zx\r\n", part.size());
            text += size + part + "\r\n";
        }
        return text + "0\r\n\r\n";
    };
    EXPECT_EQ(ask(chunked(10)).status, 202U);
    EXPECT_EQ(sealed_bytes_, 10U);
    EXPECT_EQ(ask(chunked(700'000)).status, 202U);
    EXPECT_EQ(sealed_bytes_, 700'000U);
    EXPECT_EQ(ask(chunked((1U << 20U) + 65'536 - 2)).status, 202U);
    const auto answer = ask(chunked((1U << 20U) + 65'536 - 1));
    EXPECT_EQ(answer.status, 413U);
}

TEST_F(Limits, keeps_no_endless_chunk_header_and_no_endless_trailer) {
    Settings settings = quick_settings();
    settings.deadlines.grace = 5s;
    start(settings);
    const std::string head = "GET /livez HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (const std::string begin : {"5;a=", "0;a=", "0\r\nX: "}) {
        Client client{port()};
        const auto began = SteadyClock::now();
        client.send(head + begin + std::string(8U << 20U, 'a'));
        const auto answer = client.receive();
        EXPECT_EQ(answer.status, 400U) << begin;
        EXPECT_EQ(code_of(answer), "bad_request") << begin;
        EXPECT_LT(SteadyClock::now() - began, 4s) << begin << ": it was read until the deadline";
    }
}

TEST_F(Limits, refuses_large_headers) {
    start();
    const auto bytes = ask(get("/livez", "X: " + std::string(17'000, 'a') + "\r\n"));
    EXPECT_EQ(bytes.status, 431U);
    EXPECT_EQ(code_of(bytes), "headers_too_large");
    std::string many;
    for (int i = 0; i < 101; ++i) many += "X: 1\r\n";
    EXPECT_EQ(ask(get("/livez", many)).status, 431U);
    EXPECT_EQ(ask(get("/" + std::string(5'000, 'a'))).status, 414U);
    EXPECT_EQ(ask(get("/livez", "X: " + std::string(15'000, 'a') + "\r\n")).status, 200U);
}

TEST_F(Limits, closes_connections_that_send_their_header_too_slowly) {
    Settings settings = quick_settings();
    settings.deadlines.header = 200ms;
    start(settings);
    Client client{port()};
    const auto begin = SteadyClock::now();
    client.send("GET /livez HT");
    std::jthread drip{[&client](const std::stop_token& stop) {
        while (!stop.stop_requested()) {
            client.send(
                "x");  // each byte in time does not help: the deadline is for the whole header
            std::this_thread::sleep_for(20ms);
        }
    }};
    EXPECT_TRUE(client.closed_by_server());
    EXPECT_GE(SteadyClock::now() - begin, 190ms);
    EXPECT_LT(SteadyClock::now() - begin, 5s);
}

TEST_F(Limits, closes_connections_whose_body_is_slower_than_the_least_rate) {
    Settings settings = quick_settings();
    settings.deadlines.grace = 200ms;
    settings.deadlines.upload_bytes_per_s_min = 1'000'000;
    start(settings);
    Client client{port()};
    const std::string request = post("/v1/contributions", kUploadType, upload_of(100'000));
    const auto begin = SteadyClock::now();
    client.send(request.substr(0, 1'000));
    EXPECT_TRUE(client.closed_by_server());
    EXPECT_LT(SteadyClock::now() - begin, 5s);
    EXPECT_EQ(service_.calls, 0);
}

TEST_F(Limits, closes_idle_connections) {
    Settings settings = quick_settings();
    settings.deadlines.idle = 100ms;
    start(settings);
    Client client{port()};
    EXPECT_EQ(client.ask(get("/livez")).status, 200U);
    EXPECT_TRUE(client.closed_by_server());
}

TEST_F(Limits, asks_for_the_body_when_the_client_waits_for_it) {
    start();
    Client client{port()};
    const std::string request =
        post("/v1/contributions", kUploadType, upload_of(10), "Expect: 100-continue\r\n");
    client.send(request.substr(0, request.find("\r\n\r\n") + 4));
    EXPECT_EQ(client.receive().status, 100U);
    EXPECT_EQ(client.ask(request.substr(request.find("\r\n\r\n") + 4)).status, 202U);
    Client refused{port()};
    refused.send(
        "POST /v1/contributions HTTP/1.1\r\nHost: x\r\nContent-Type: " + std::string{kUploadType} +
        "\r\nContent-Length: 99999999\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(refused.receive().status, 413U) << "before the body is sent";
}

TEST_F(Limits, sheds_load_when_the_bytes_in_flight_are_used_up) {
    Settings settings = quick_settings();
    settings.bytes_in_flight_max = 1'500'000;
    start(settings);
    const std::string request = post("/v1/contributions", kUploadType, upload_of(1'000'000));
    Client slow{port()};
    slow.send(request.substr(0, 5'000));
    Client::Answer shed;
    for (int i = 0; i < 200 && shed.status != 503;
         ++i) {  // until the server has read the first header
        shed = ask(request);
        std::this_thread::sleep_for(5ms);
    }
    EXPECT_EQ(shed.status, 503U);
    EXPECT_EQ(code_of(shed), "busy");
    EXPECT_EQ(shed.field("Retry-After"), "2");
    EXPECT_EQ(ask(get("/livez")).status, 200U);
    slow.send(request.substr(5'000));
    EXPECT_EQ(slow.receive().status, 202U) << "what was taken is finished";
    EXPECT_EQ(ask(request).status, 202U) << "and its bytes are free again";
}

TEST_F(Limits, a_slow_body_makes_room_for_another) {
    Settings settings = quick_settings();
    settings.bytes_in_flight_max = 1'500'000;
    settings.deadlines.upload_bytes_per_s_min = 1;  // alone it may take its time
    settings.deadlines.contended_after = 300ms;
    start(settings);
    const std::string request = post("/v1/contributions", kUploadType, upload_of(1'000'000));
    Client slow{port()};
    slow.send(request.substr(0, 5'000));
    Client::Answer other;
    for (int i = 0; i < 100 && other.status != 202; ++i) {
        other = ask(request);
        std::this_thread::sleep_for(20ms);
    }
    EXPECT_EQ(other.status, 202U) << "5,000 bytes hold a million for hours";
    EXPECT_TRUE(slow.closed_by_server());
}

TEST_F(Limits, replies_that_nobody_reads_do_not_fill_the_memory) {
    constexpr std::size_t kBlob = 24U << 20U;  // more than the system buffers of a connection
    service_.on_bytes = [](const Hash32&) -> Result<Bytes> { return Bytes(kBlob, 'b'); };
    Settings settings = quick_settings();
    settings.bytes_in_flight_max = 2 * kBlob;
    start(settings);
    const std::string request = get("/v1/blobs/" + std::string(64, 'a'));
    std::vector<std::unique_ptr<Client>> unread;
    for (int i = 0; i < 2; ++i) {
        unread.push_back(std::make_unique<Client>(port(), 4'096));
        unread.back()->send(request);
        EXPECT_TRUE(unread.back()->begins());
    }
    const Client::Answer shed = ask(request);
    EXPECT_EQ(shed.status, 503U);
    EXPECT_EQ(code_of(shed), "busy");
    EXPECT_EQ(ask(get("/v1/proofs/" + std::string(64, 'a'))).status, 200U)
        << "other routes are not touched";
    unread.clear();
    Client::Answer again;
    for (int i = 0; i < 200 && again.status != 200; ++i) {
        again = ask(request);
        std::this_thread::sleep_for(5ms);
    }
    EXPECT_EQ(again.body.size(), kBlob) << "what was read, or never will be, counts no more";
}

TEST_F(Limits, idle_connections_make_room_for_new_ones) {
    Settings settings = quick_settings();
    settings.connections_max = 2;
    settings.deadlines.idle_contended = 300ms;
    start(settings);
    Client silent{port()};
    Client used{port()};
    EXPECT_EQ(used.ask(get("/livez")).status, 200U);
    EXPECT_EQ(Client{port()}.receive().status, 503U) << "not at once";
    std::this_thread::sleep_for(400ms);
    EXPECT_EQ(used.ask(get("/livez")).status, 200U);
    EXPECT_EQ(Client{port()}.ask(get("/livez")).status, 200U);
    EXPECT_TRUE(silent.closed_by_server());
    EXPECT_EQ(used.ask(get("/livez")).status, 200U);
}

TEST_F(Limits, bounds_simultaneous_requests_of_a_route) {
    std::latch release{1};
    service_.on_attestation = [&release](ByteView) -> Result<std::string> {
        release.wait();
        return std::string{"{}"};
    };
    start();
    std::vector<std::unique_ptr<Client>> clients;
    for (int i = 0; i < 17; ++i) {  // the limit of /v1/attestation is 16
        clients.push_back(std::make_unique<Client>(port()));
        clients.back()->send(get("/v1/attestation"));
    }
    Client::Answer shed;
    for (int i = 0; i < 200 && shed.status != 503; ++i) {
        shed = ask(get("/v1/attestation", "Connection: close\r\n"));
        if (shed.status == 0) std::this_thread::sleep_for(5ms);
    }
    EXPECT_EQ(shed.status, 503U);
    EXPECT_EQ(ask(get("/livez")).status, 200U) << "other routes are not touched";
    release.count_down();
    int served = 0;
    for (const auto& client : clients) served += client->receive().status == 200 ? 1 : 0;
    EXPECT_EQ(served, 16);
}

TEST_F(Limits, bounds_connections) {
    Settings settings = quick_settings();
    settings.connections_max = 2;
    start(settings);
    Client first{port()};
    Client second{port()};
    EXPECT_EQ(first.ask(get("/livez")).status, 200U);
    EXPECT_EQ(second.ask(get("/livez")).status, 200U);
    Client third{port()};
    EXPECT_EQ(third.receive().status, 503U);
    EXPECT_TRUE(third.closed_by_server());
    EXPECT_EQ(first.ask(get("/livez", "Connection: close\r\n")).status, 200U);
    EXPECT_TRUE(first.closed_by_server());
    Client::Answer again;
    for (int i = 0; i < 200 && again.status != 200; ++i) again = ask(get("/livez"));
    EXPECT_EQ(again.status, 200U) << "a place is free again";
}

TEST_F(Limits, stop_finishes_requests_and_closes_idle_connections) {
    std::latch entered{1};
    std::latch release{1};
    service_.on_attestation = [&](ByteView) -> Result<std::string> {
        entered.count_down();
        release.wait();
        return std::string{"{}"};
    };
    start();
    Client busy{port()};
    Client idle{port()};
    EXPECT_EQ(idle.ask(get("/livez")).status, 200U);
    busy.send(get("/v1/attestation"));
    entered.wait();
    std::thread stopping{[this] { server_->stop(); }};
    EXPECT_TRUE(idle.closed_by_server());
    release.count_down();
    const auto answer = busy.receive();
    EXPECT_EQ(answer.status, 200U);
    EXPECT_EQ(answer.field("Connection"), "close");
    stopping.join();
    EXPECT_FALSE(Client{port()}.connected());
}

TEST_F(Limits, stop_does_not_wait_for_slow_clients_longer_than_the_drain) {
    Settings settings = quick_settings();
    settings.deadlines.drain = 100ms;
    start(settings);
    Client slow{port()};
    slow.send("GET /livez HT");
    ASSERT_EQ(ask(get("/livez")).status, 200U);
    const auto begin = SteadyClock::now();
    server_->stop();
    EXPECT_LT(SteadyClock::now() - begin, 5s);
    EXPECT_TRUE(slow.closed_by_server());
}

TEST_F(Limits, survives_clients_that_vanish) {
    start();
    const std::string request = post("/v1/contributions", kUploadType, upload_of(500'000));
    for (std::size_t cut : {1U, 40U, 200U, 100'000U}) Client{port()}.send(request.substr(0, cut));
    EXPECT_EQ(ask(get("/livez")).status, 200U);
    EXPECT_EQ(service_.calls, 0);
}

}  // namespace
}  // namespace pramana::http::test
