using System.Net;
using LlmOperator.Router.Identity;
using LlmOperator.Router.Serving;
using Microsoft.AspNetCore.Http;

namespace LlmOperator.Router.Tests.Identity;

/// <summary>Asks the guard alone, without a connection.</summary>
internal sealed class GuardProbe
{
    private readonly ClientGuard _guard;

    public GuardProbe(KeyRing keys, IReadOnlyList<string> fileKeys) =>
        _guard = new ClientGuard(
            new RouterOptions { ApiKeys = fileKeys, ListenAddress = new IPEndPoint(IPAddress.Any, 0) },
            () => keys,
            TimeProvider.System
        );

    /// <summary>Status that a request with this header gets; 200 when it is let in.</summary>
    public int StatusOf(string authorization)
    {
        DefaultHttpContext context = new();
        context.Request.Method = "POST";
        context.Request.Path = "/v1/chat/completions";
        context.Request.Headers.Authorization = authorization;
        Task done = _guard.InvokeAsync(context, _ => Task.CompletedTask);
        Assert.True(done.IsCompletedSuccessfully);
        return context.Response.StatusCode;
    }
}
