using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

// The least that an ASP.NET Core process on loopback costs.
WebApplication app = WebApplication.CreateSlimBuilder(args).Build();
app.Urls.Add("http://127.0.0.1:0");
app.MapGet("/", () => Results.Ok());
await app.RunAsync();
