namespace LlmOperator.Kubernetes.Metrics;

/// <summary>Counts each request that is sent, retries too, by its shape and the answer's status code.</summary>
/// <param name="root">Address of the server; its path is no part of a request's shape.</param>
internal sealed class MetricsHandler(Uri root) : DelegatingHandler
{
    private const string NoAnswer = "none";

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken
    )
    {
        string code = NoAnswer;
        try
        {
            HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
            code = ((int)response.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture);
            return response;
        }
        finally
        {
            if (KubernetesMeter.Requests.Enabled)
            {
                Count(request, code);
            }
        }
    }

    private void Count(HttpRequestMessage request, string code)
    {
        Uri uri = request.RequestUri!;
        string path = uri.AbsolutePath.StartsWith(root.AbsolutePath, StringComparison.Ordinal)
            ? uri.AbsolutePath[root.AbsolutePath.Length..]
            : uri.AbsolutePath;
        RequestShape shape = RequestShape.Of(
            request.Method,
            path,
            uri.Query.Contains("watch=true", StringComparison.Ordinal)
        );
        KubernetesMeter.Requests.Add(
            1,
            new("verb", shape.Verb),
            new("resource", shape.Resource),
            new("code", code)
        );
    }
}
