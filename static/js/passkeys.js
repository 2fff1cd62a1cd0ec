// Shows what needs a passkey where the browser knows them, and says in words that it did not work.
(() => {
  if (!window.PublicKeyCredential) return
  for (const part of document.querySelectorAll('[data-passkey]')) part.hidden = false
  for (const part of document.querySelectorAll('[data-without-passkey]')) part.hidden = true
  document.addEventListener('allauth.error', (event) => {
    event.preventDefault()
    const words = document.querySelector('[data-passkey-error]')
    words.hidden = false
    words.focus()
  })
})()
