using System.Net;
using LlmOperator.Router.Tests.Forwarding;

namespace LlmOperator.Router.Tests.Serving;

/// <summary>A router that is about to stop.</summary>
public sealed class LeavingTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Router_ThatLeaves_IsNotReadyAndAnswersOnConnectionsThatItCloses()
    {
        bool takesRequests = true;
        await using RunningRouter router = await RunningRouter.StartAsync(
            new World(),
            isTakingRequests: () => takesRequests
        );
        using HttpResponseMessage before = await router.Http.GetAsync(
            new Uri("readyz", UriKind.Relative),
            Token
        );
        takesRequests = false;

        using HttpResponseMessage ready = await router.Http.GetAsync(
            new Uri("readyz", UriKind.Relative),
            Token
        );
        using HttpResponseMessage models = await router.Http.GetAsync(
            new Uri("v1/models", UriKind.Relative),
            Token
        );

        Assert.Equal((HttpStatusCode.OK, null), (before.StatusCode, before.Headers.ConnectionClose));
        Assert.Equal(
            (HttpStatusCode.ServiceUnavailable, true),
            (ready.StatusCode, ready.Headers.ConnectionClose)
        );
        Assert.Equal((HttpStatusCode.OK, true), (models.StatusCode, models.Headers.ConnectionClose));
    }
}
