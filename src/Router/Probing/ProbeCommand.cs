using System.Globalization;
using System.Net.Http.Headers;

namespace LlmOperator.Router.Probing;

/// <summary>Asks a URL once: for checks inside of an image that has no shell and no curl.</summary>
internal static class ProbeCommand
{
    private const int Succeeded = 0;
    private const int Failed = 1;
    private const int Misused = 2;
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10);

    /// <param name="args"><c>URL [STATUS [KEY_FILE]]</c>; the first line of the file is sent as bearer token.</param>
    /// <param name="errors">Gets one sentence when it did not succeed.</param>
    /// <returns>Exit code.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, TextWriter errors)
    {
        int expected = 200;
        if (
            args.Count is 0 or > 3
            || !Uri.TryCreate(args[0], UriKind.Absolute, out Uri? url)
            || url.Scheme is not ("http" or "https")
            || (args.Count > 1 && !int.TryParse(args[1], CultureInfo.InvariantCulture, out expected))
        )
        {
            await errors.WriteLineAsync("llm-router: usage: llm-router probe URL [STATUS [KEY_FILE]]");
            return Misused;
        }

        try
        {
            using HttpRequestMessage request = new(HttpMethod.Get, url);
            if (args.Count > 2)
            {
                string key = File.ReadLines(args[2]).FirstOrDefault("").Trim();
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
            }

            using SocketsHttpHandler handler = new() { AllowAutoRedirect = false, UseProxy = false };
            using HttpClient http = new(handler) { Timeout = s_limit };
            using HttpResponseMessage answer = await http.SendAsync(request);
            if ((int)answer.StatusCode == expected)
            {
                return Succeeded;
            }

            await errors.WriteLineAsync(
                $"llm-router: {url} answered {(int)answer.StatusCode} instead of {expected}."
            );
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            await errors.WriteLineAsync($"llm-router: {url} did not answer: {e.Message}");
        }

        return Failed;
    }
}
