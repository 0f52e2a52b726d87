"use strict";

// After a log-in the contract is read again with the token: it then tells what this agency may call and read.
const place = document.getElementById("contract");

const rereadAfter = (original) => (...given) => {
  setTimeout(() => page.specActions.download());
  return original(...given);
};

const withToken = (request) => {
  const held = request.loadSpec && page ? page.authSelectors.authorized().toJS().oauth2 : undefined;
  if (held && held.token) {
    request.headers = { ...request.headers, Authorization: `Bearer ${held.token.access_token}` };
  }
  return request;
};

let page;
page = SwaggerUIBundle({
  url: place.dataset.contract,
  domNode: place,
  deepLinking: true,
  validatorUrl: null,
  presets: [SwaggerUIBundle.presets.apis],
  requestInterceptor: withToken,
  plugins: [
    () => ({ statePlugins: { auth: { wrapActions: { authorizeOauth2: rereadAfter, logout: rereadAfter } } } }),
  ],
});
